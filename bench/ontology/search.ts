import type { Database, Sql } from '@mothership/platform/database'
import { createOntologySubgraph } from '@mothership/ontology/subgraph'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { typingQuery } from '../../subgraphs/ontology/src/domain/search.ts'
import { createLocalModel } from '../../subgraphs/ontology/src/embeddings/built-in.ts'
import { findByMeaning } from '../../subgraphs/ontology/src/store/search.ts'
import { findByWords } from '../../subgraphs/ontology/src/store/search-words.ts'
import { inMilliseconds, percentile, type Row } from '../table.ts'
import { createCorpus, createQueries, type Text } from './corpus.ts'
import { embedCorpus, loadDocuments, RARE_TASK_TYPE } from './documents.ts'

const SIZE = 100_000
const QUERIES = 60
const FIRST = 20
const GOAL = 1.5
const RECALL_GOAL = 0.97
const SOON_GOAL_MILLISECONDS = 1000
const NO_FILTER = { taskType: null, standing: null, valueId: null }

/** Hybrid search over a corpus of beliefs: the service beside its SQL alone, what the index of meanings misses, and edits. */
export const measure = async (): Promise<Row[]> => {
  const texts = createCorpus(SIZE)
  const embedded = await embedCorpus(texts)
  const t = await startTestSubgraph(createOntologySubgraph({ starter: null }))
  try {
    await loadDocuments(t.runtime.database, texts, embedded)
    const queries = createQueries(QUERIES)
    const each = embedded.milliseconds / embedded.count
    return [
      await measureService(t, queries, `one phrase is embedded in ${inMilliseconds(each)}`),
      ...(await measureRecall(t.runtime.database, queries)),
      await measureEdits(t, texts),
    ]
  } finally {
    await t.dispose()
  }
}

const SEARCH = `query ($query: String!, $first: Int) { searchOntology(query: $query, first: $first) {
  score matchedBy node { __typename ... on Belief { id name strength } ... on Value { id name } } } }`

const directionsOf = async (queries: readonly string[]): Promise<{ model: string; vector: number[] }[]> => {
  const model = createLocalModel()
  const alive = setInterval(() => undefined, 1000)
  const vectors = await model.embed(queries)
  clearInterval(alive)
  await model.dispose()
  return vectors.map((vector) => ({ model: model.name, vector }))
}

/** A database that adds up how long the statements on documents take; nothing else is counted. */
const timed = (database: Database, add: (milliseconds: number) => void): Database => {
  const counting = (sql: Sql): Sql => ({
    query: async <R>(text: string, values?: readonly unknown[]) => {
      const began = performance.now()
      const rows = await sql.query<R>(text, values)
      if (text.includes('ontology.search_document')) add(performance.now() - began)
      return rows
    },
  })
  return {
    ...database,
    ...counting(database),
    transaction: (work) => database.transaction((sql) => work({ ...sql, ...counting(sql) })),
  }
}

const measureService = async (t: TestSubgraph, queries: readonly string[], embedding: string): Promise<Row> => {
  const directions = await directionsOf(queries)
  // Warms both up, and has the service keep the vectors of the queries.
  for (const query of queries) await t.data(SEARCH, { query, first: FIRST })
  const service: number[] = []
  const alone: number[] = []
  for (const [place, query] of queries.entries()) {
    const began = performance.now()
    await t.data(SEARCH, { query, first: FIRST })
    service.push(performance.now() - began)
    let total = 0
    const database = timed(t.runtime.database, (milliseconds) => (total += milliseconds))
    const direction = directions[place] as (typeof directions)[number]
    const search = { filter: NO_FILTER, limit: FIRST + 30 }
    await findByWords(database, { query, typing: typingQuery(query), ...search })
    await findByMeaning(database, { direction, ...search })
    alone.push(total)
  }
  const ratio = percentile(service, 0.5) / percentile(alone, 0.5)
  return {
    what: `hybrid search over ${SIZE} beliefs on ${t.runtime.database.kind}`,
    measured: `p50 ${inMilliseconds(percentile(service, 0.5))} (${embedding})`,
    limit: `its two SQL statements alone: p50 ${inMilliseconds(percentile(alone, 0.5))}`,
    goal: `at most ${GOAL} x`,
    reached: `${ratio.toFixed(2)} x`,
    isReached: ratio <= GOAL,
  }
}

/** The ten nearest, by comparing with every document that passes. */
const nearest = (sql: Sql, vector: readonly number[], taskType: string | null): Promise<{ id: string }[]> =>
  sql.query(
    `select d.node_id as id from ontology.search_document d join ontology.belief b on b.id = d.node_id
     where $2::text is null or b.task_types @> array[$2::text]
     order by (d.embedding <=> $1::public.vector) + 0, d.node_id limit 10`,
    [JSON.stringify(vector), taskType],
  )

const measureRecall = async (database: Database, queries: readonly string[]): Promise<Row[]> => {
  const directions = await directionsOf(queries)
  const recallOf = async (taskType: string | null): Promise<number> => {
    let found = 0
    for (const direction of directions) {
      const filter = { ...NO_FILTER, taskType }
      const byMeaning = await findByMeaning(database, { direction, filter, limit: FIRST + 30 })
      const ids = new Set(byMeaning.slice(0, 10).map(({ id }) => id))
      found += (await nearest(database, direction.vector, taskType)).filter(({ id }) => ids.has(id)).length
    }
    return found / (10 * queries.length)
  }
  const row = (what: string, recall: number): Row => ({
    what,
    measured: recall.toFixed(3),
    limit: 'an exact scan: 1.000',
    goal: `at least ${RECALL_GOAL}`,
    reached: recall.toFixed(3),
    isReached: recall >= RECALL_GOAL,
  })
  return [
    row('recall@10 of the nearest in meaning', await recallOf(null)),
    row('recall@10 under a filter that keeps 5 %', await recallOf(RARE_TASK_TYPE)),
  ]
}

/** From an edit's request until a search has it first by its new meaning. */
const measureEdits = async (t: TestSubgraph, texts: readonly Text[]): Promise<Row> => {
  const subjects = ['A volcano erupts under the sea', 'Chess players castle early', 'Bees dance to show the way']
  const samples: number[] = []
  for (const [place, name] of subjects.entries()) {
    const { id } = texts[place] as Text
    const began = performance.now()
    const input = { id, name, description: `${name}.` }
    await t.data('mutation ($input: UpdateBeliefInput!) { updateBelief(input: $input) { id } }', { input })
    for (;;) {
      const { searchOntology } = await t.data<{ searchOntology: { matchedBy: string[]; node: { id: string } }[] }>(
        SEARCH,
        { query: name, first: 1 },
      )
      const [hit] = searchOntology
      if (hit?.node.id === id && hit.matchedBy.includes('MEANING')) break
    }
    samples.push(performance.now() - began)
  }
  const worst = Math.max(...samples)
  return {
    what: 'an edited belief is found by its new meaning',
    measured: `at worst ${inMilliseconds(worst)}`,
    limit: '-',
    goal: `at most ${inMilliseconds(SOON_GOAL_MILLISECONDS)}`,
    reached: inMilliseconds(worst),
    isReached: worst <= SOON_GOAL_MILLISECONDS,
  }
}
