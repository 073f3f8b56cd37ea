import { describe, expect, it } from 'vitest'
import { createWorld } from './world.ts'

const STEPS = 400

/** Runs one seed; a failure names the seed and shows what led to it. */
const simulate = (seed: number): ReturnType<typeof createWorld> => {
  const world = createWorld(seed)
  try {
    for (let step = 0; step < STEPS; step++) world.step()
    world.finish()
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}\n${world.log.slice(-20).join('\n')}`, { cause: error })
  }
  return world
}

describe('the state machine', () => {
  it('keeps its promises through random interleavings of agents, peers, people and time', () => {
    // Other seeds each day; a failure names its own.
    const base = Math.floor(Date.now() / 86_400_000)
    for (let seed = 0; seed < 1_000; seed++) simulate(base * 1_000 + seed)
  })

  it('numbers the events of a task from 1 without gaps, and chains its states', () => {
    for (let seed = 0; seed < 100; seed++) {
      const { events } = simulate(seed)
      expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1))
      const moves = events.filter(({ to }) => to !== null)
      for (const [index, move] of moves.entries()) expect(move.from).toBe(moves[index - 1]?.to ?? null)
    }
  })

  it('reaches every state and tells every kind of event in its simulation', () => {
    const states = new Set<string>()
    const types = new Set<string>()
    for (let seed = 0; seed < 300; seed++) {
      for (const { to, type } of simulate(seed).events) {
        types.add(type)
        if (to) states.add(to)
      }
    }
    expect([...states].sort()).toEqual([
      'ASSIGNED',
      'CANCELLED',
      'COMPLETED',
      'DIRECTED',
      'FAILED',
      'NEEDS_REVIEW',
      'RUNNING',
      'SUBMITTED',
      'VALIDATING',
    ])
    expect(types.size).toBe(14)
  })
})
