import { propagate } from '../../subgraphs/ontology/src/domain/propagate.ts'
import { inMilliseconds, percentile, type Row } from '../table.ts'
import { type BenchGraph, createGraph, type GraphOptions } from './graph.ts'

const RUNS = 5
const GOAL_MILLISECONDS = 1000

interface Case {
  readonly what: string
  readonly options: GraphOptions
}

const SIZE = { beliefs: 100_000, relations: 300_000, seed: 1 }

const CASES: readonly Case[] = [
  { what: '100,000 beliefs, cycles of 50 that lead on', options: { ...SIZE, cycle: 50, between: 1 / 3 } },
  { what: '100,000 beliefs, one cycle of 20,000 in five', options: { ...SIZE, cycle: 20_000, between: 1 / 3 } },
  { what: '100,000 beliefs, all in one cycle', options: { ...SIZE, cycle: 100_000, between: 0 } },
]

/** Recomputes all strengths from rows that are loaded, beside one plain sweep over the same relations as numbers. */
export const measure = (): Promise<Row[]> => Promise.resolve(CASES.map(measureCase))

const measureCase = ({ what, options }: Case): Row => {
  const graph = createGraph(options)
  const sweep = sweeper(graph)
  const limit = percentile(cpuOfEach(sweep), 0.5)
  const before = heapBytes()
  let [unsettled, after] = [0, before]
  const samples = cpuOfEach(() => {
    const strengths = propagate(graph.beliefs, graph.relations)
    after = Math.max(after, heapBytes())
    unsettled = [...strengths.values()].filter(({ converged }) => !converged).length
  })
  const median = percentile(samples, 0.5)
  const bytes = Math.round((after - before) / (graph.beliefs.length + graph.relations.length))
  return {
    what: `strength: ${what}, ${graph.relations.length.toLocaleString('en')} relations, to 1e-12`,
    measured: `${inMilliseconds(median)} of CPU, ${bytes} bytes a belief or relation, ${unsettled} unsettled`,
    limit: `one sweep over typed arrays: ${inMilliseconds(limit)}`,
    goal: 'at most 1 s of CPU, all settled',
    reached: `${inMilliseconds(median)}, ${Math.round(median / limit)} sweeps`,
    isReached: median <= GOAL_MILLISECONDS && unsettled === 0,
  }
}

/** In milliseconds of processor time, after one run that is not counted. */
const cpuOfEach = (work: () => void): number[] => {
  work()
  return Array.from({ length: RUNS }, () => {
    const began = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1000
  })
}

const heapBytes = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** The raw limit: what reading each relation once and writing each strength once takes. */
const sweeper = ({ beliefs, relations }: BenchGraph): (() => void) => {
  const places = new Map(beliefs.map(({ id }, place) => [id, place]))
  const sorted = relations.toSorted((a, b) => (places.get(a.to) ?? 0) - (places.get(b.to) ?? 0))
  const sources = Int32Array.from(sorted, ({ from }) => places.get(from) ?? 0)
  const targets = Int32Array.from(sorted, ({ to }) => places.get(to) ?? 0)
  const weights = Float64Array.from(sorted, ({ weight }) => weight)
  const strengths = Float64Array.from(beliefs, ({ credence }) => credence)
  const energies = new Float64Array(beliefs.length)
  return () => {
    energies.fill(0)
    for (let at = 0; at < sources.length; at++) {
      const target = targets[at] as number
      energies[target] =
        (energies[target] as number) + (weights[at] as number) * (strengths[sources[at] as number] as number)
    }
  }
}
