import { randomUUID } from 'node:crypto'
import { createStore } from '../../subgraphs/ontology/src/store.ts'
import { propagate } from '../../subgraphs/ontology/src/domain/propagate.ts'
import { createTestRuntime } from '@mothership/platform/testing'
import { createRandom } from '../random.ts'
import { inMilliseconds, percentile, type Row } from '../table.ts'
import { type BenchGraph, createGraph, loadGraph } from './graph.ts'

const CYCLE = 50
const EDITS = 60
const WARM_UP = 10
const GOAL = 2

/** Raises and lowers credences one at a time, through the whole path of an edit, at two sizes of the ontology. */
export const measure = async (): Promise<Row[]> => {
  const small = await measureEdits(1_000)
  const large = await measureEdits(100_000)
  const ratio = large.median / small.median
  return [
    {
      what: `edit: one credence at 100,000 beliefs in components of ${CYCLE}, on ${large.kind}`,
      measured: `p50 ${inMilliseconds(large.median)}, reach ${large.reach}`,
      limit: `at 1,000 beliefs: p50 ${inMilliseconds(small.median)}, reach ${small.reach}`,
      goal: `at most ${GOAL} x, reach at most 100`,
      reached: `${ratio.toFixed(2)} x`,
      isReached: ratio <= GOAL && large.reach <= 100,
    },
  ]
}

const measureEdits = async (size: number) => {
  const runtime = await createTestRuntime('ontology')
  try {
    const graph = createGraph({ seed: 2, beliefs: size, relations: 3 * size, cycle: CYCLE, between: 0 })
    await loadGraph(runtime.database, graph)
    const store = createStore(runtime)
    const random = createRandom(3)
    const samples: number[] = []
    const reached: number[] = []
    for (let edit = 0; edit < WARM_UP + EDITS; edit++) {
      const place = Math.floor(random() * size)
      const { id } = graph.beliefs[place] as { id: string }
      const change = { kind: 'updateBelief', path: 'changes[0]', id, fields: { credence: random() } } as const
      const began = performance.now()
      await store.edit({ changes: [change], baseRevision: null, author: randomUUID(), message: null })
      if (edit >= WARM_UP) samples.push(performance.now() - began)
      reached.push(reachOf(graph, place))
    }
    return { median: percentile(samples, 0.5), reach: percentile(reached, 0.5), kind: runtime.database.kind }
  } finally {
    await runtime.dispose()
  }
}

/** How many beliefs an edit of that one reaches: all of its cycle, for none leads on. */
const reachOf = ({ beliefs, relations }: BenchGraph, place: number): number => {
  const start = place - (place % CYCLE)
  const cycle = beliefs.slice(start, start + CYCLE)
  const ids = new Set(cycle.map(({ id }) => id))
  return propagate(
    cycle,
    relations.filter(({ to }) => ids.has(to)),
  ).size
}
