import { randomUUID } from 'node:crypto'
import { createOntologySubgraph } from '@mothership/ontology/subgraph'
import { directiveSubgraph } from '@mothership/directive/subgraph'
import { taskSubgraph } from '@mothership/task/subgraph'
import type { SubgraphDefinition } from '@mothership/platform/subgraph'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { sleep } from '@mothership/platform/time'
import { inMilliseconds, percentile, type Row } from '../table.ts'

const BELIEFS = 50
/** How many tasks, how many edits, and what is to be reached; null: nothing, but it is to be known. */
const CASES = [
  { tasks: 50, edits: 20, goalMilliseconds: 1000 },
  { tasks: 500, edits: 6, goalMilliseconds: null },
] as const
const LOOK_MILLISECONDS = 10
/** While the tasks are directed: who looks holds them up. */
const SEED_LOOK_MILLISECONDS = 250

const toggled = randomUUID()
const starter = {
  message: 'What is compiled from',
  values: [],
  beliefs: Array.from({ length: BELIEFS }, (_, place) => ({
    id: place === 0 ? toggled : randomUUID(),
    name: `Belief ${place} of the work`,
    description: `What is held to be right of matter ${place}.`,
    credence: 0.9,
    taskTypes: ['bench.work'],
    rule: null,
    level: null,
  })),
  relations: [],
  valueLinks: [],
}

/** After an edit that changes the directives of many unfinished tasks: how long until the last of them says so. */
export const measure = async (): Promise<Row[]> => {
  const rows: Row[] = []
  for (const given of CASES) rows.push(await measureOne(given))
  return rows
}

const measureOne = async ({ tasks, edits, goalMilliseconds }: (typeof CASES)[number]): Promise<Row> => {
  const t = await startTestSubgraph(createOntologySubgraph({ starter }), {
    peers: [directiveSubgraph, taskSubgraph] as unknown as SubgraphDefinition<never>[],
  })
  try {
    await until(async () => (await t.subgraph.ready()) === null)
    for (let task = 0; task < tasks; task++) await submit(t, task)
    await until(async () => (await countOf(t, 'ACTIVE')) === tasks, SEED_LOOK_MILLISECONDS)
    const took: number[] = []
    const compiled: number[] = []
    for (let edit = 0; edit < edits; edit++) {
      const isOut = edit % 2 === 0
      await setCredence(t, isOut ? 0.1 : 0.9)
      const began = performance.now()
      await until(async () => (await countOf(t, isOut ? 'STALE' : 'ACTIVE')) === tasks)
      took.push(performance.now() - began)
      compiled.push(await timeOfOne(t))
    }
    const worst = Math.max(...took)
    return {
      what: `an edit until the directives of ${tasks} unfinished tasks are STALE, or ACTIVE again, on ${t.runtime.database.kind}`,
      measured: `p50 ${inMilliseconds(percentile(took, 0.5))}, at worst ${inMilliseconds(worst)}`,
      limit: `to compile one: p50 ${inMilliseconds(percentile(compiled, 0.5))}`,
      goal: goalMilliseconds === null ? 'none' : `at most ${inMilliseconds(goalMilliseconds)}`,
      reached: inMilliseconds(worst),
      isReached: goalMilliseconds === null ? null : worst <= goalMilliseconds,
    }
  } finally {
    await t.dispose()
  }
}

const until = async (holds: () => Promise<boolean>, milliseconds = LOOK_MILLISECONDS): Promise<void> => {
  while (!(await holds())) await sleep(milliseconds)
}

const submit = (t: TestSubgraph, place: number): Promise<unknown> =>
  t.peerData('task', 'mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { id } }', {
    input: { type: 'bench.work', input: { question: `What is right of matter ${place}?` } },
  })

const setCredence = (t: TestSubgraph, credence: number): Promise<unknown> =>
  t.data('mutation ($input: UpdateBeliefInput!) { updateBelief(input: $input) { id } }', {
    input: { id: toggled, credence },
  })

const countOf = async (t: TestSubgraph, status: string): Promise<number> => {
  const source = 'query ($status: DirectiveStatus) { directives(first: 1, status: $status) { totalCount } }'
  const { directives } = await t.peerData<{ directives: { totalCount: number } }>('directive', source, { status })
  return directives.totalCount
}

const timeOfOne = async (t: TestSubgraph): Promise<number> => {
  const began = performance.now()
  await t.peerData('directive', '{ previewDirective(taskType: "bench.work", input: {}) { constraints { id } } }')
  return performance.now() - began
}
