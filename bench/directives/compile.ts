import { createOntologySubgraph } from '@mothership/ontology/subgraph'
import { directiveSubgraph } from '@mothership/directive/subgraph'
import type { SubgraphDefinition } from '@mothership/platform/subgraph'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { createCorpus, createQueries } from '../ontology/corpus.ts'
import { embedCorpus, loadDocuments, RARE_TASK_TYPE } from '../ontology/documents.ts'
import { inMilliseconds, percentile, type Row } from '../table.ts'

const SIZE = 10_000
/** So that the task type is named by 50 beliefs, of any credence: 25 of them are in force. */
const EVERY = 201
const QUERIES = 60
/** As many as a directive has SHOULDs. */
const FIRST = 50
const GOAL = 2

const SEARCH = `query ($query: String!) { searchOntology(query: $query, first: ${FIRST}) {
  score matchedBy node { __typename ... on Belief { id name strength } ... on Value { id name } } } }`
const COMPILE = `query ($type: String!, $input: JSON!) { previewDirective(taskType: $type, input: $input) {
  constraints { id statement level phase onFail check because { weight beliefName beliefRevision strength } }
  suppressed { reason } ontologyRevision } }`

/** A directive compiled from many beliefs, beside a search of the same words: both asked of a subgraph in this process. */
export const measure = async (): Promise<Row[]> => {
  const ontology = createOntologySubgraph({ starter: null }) as unknown as SubgraphDefinition<never>
  const t = await startTestSubgraph(directiveSubgraph, { peers: [ontology] })
  try {
    const texts = createCorpus(SIZE)
    await loadDocuments(t.runtime.database, texts, await embedCorpus(texts), EVERY)
    return [await compare(t)]
  } finally {
    await t.dispose()
  }
}

const compare = async (t: TestSubgraph): Promise<Row> => {
  const compiled: number[] = []
  const searched: number[] = []
  let constraints = 0
  const queries = createQueries(QUERIES)
  // The first round warms both up, and has the service keep the vectors of the queries.
  for (const [round, query] of [...queries, ...queries].entries()) {
    let began = performance.now()
    await t.peerData('ontology', SEARCH, { query })
    const search = performance.now() - began
    began = performance.now()
    const { previewDirective } = await t.data<{ previewDirective: { constraints: unknown[] } }>(COMPILE, {
      type: RARE_TASK_TYPE,
      input: { question: query },
    })
    const compile = performance.now() - began
    if (round < QUERIES) continue
    searched.push(search)
    compiled.push(compile)
    constraints += previewDirective.constraints.length
  }
  const [compile, search] = [percentile(compiled, 0.5), percentile(searched, 0.5)]
  const each = Math.round(constraints / QUERIES)
  return {
    what: `compiling from ${SIZE} beliefs on ${t.runtime.database.kind} (${each} constraints on average)`,
    measured: `p50 ${inMilliseconds(compile)}`,
    limit: `searchOntology(first: ${FIRST}): p50 ${inMilliseconds(search)}`,
    goal: `at most ${GOAL} x`,
    reached: `${(compile / search).toFixed(2)} x`,
    isReached: compile <= GOAL * search,
  }
}
