import { describe, expect, it } from 'vitest'
import { AgentState, deriveState, type StateFacts } from '../src/domain/agent.ts'
import { type AgentRecord, medianMilliseconds, recordEvent, type TaskEvent } from '../src/domain/health.ts'

const NOW = new Date('2026-01-31T12:00:00.000Z')
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000)

const facts = (change: Partial<StateFacts>): StateFacts => ({
  hasBeaten: true,
  hasLeft: false,
  isDraining: false,
  isRestarting: false,
  active: 0,
  degradedUntil: null,
  lastSeenAt: ago(1),
  ...change,
})

describe('the state of an agent', () => {
  it.each([
    ['before its first heartbeat', { hasBeaten: false }, AgentState.STARTING],
    ['without work', {}, AgentState.IDLE],
    ['with work', { active: 1 }, AgentState.BUSY],
    ['with work before its first heartbeat', { active: 1, hasBeaten: false }, AgentState.BUSY],
    ['after failures', { active: 1, degradedUntil: ago(-1) }, AgentState.DEGRADED],
    ['long after failures', { degradedUntil: ago(1) }, AgentState.IDLE],
    ['asked to drain', { isDraining: true, active: 1, degradedUntil: ago(-1) }, AgentState.DRAINING],
    ['asked to restart', { isRestarting: true }, AgentState.DRAINING],
    ['silent for 30 seconds', { lastSeenAt: ago(30) }, AgentState.IDLE],
    ['silent for longer', { lastSeenAt: ago(30.001), isDraining: true }, AgentState.OFFLINE],
    ['signed off', { hasLeft: true, active: 1 }, AgentState.OFFLINE],
  ])('%s', (_, change, state) => {
    expect(deriveState(facts(change), NOW)).toBe(state)
  })
})

const EMPTY: AgentRecord = {
  completed: 0,
  failed: 0,
  violations: 0,
  durations: [],
  lastError: null,
  recentFailures: [],
  degradedUntil: null,
}
const event = (change: Partial<TaskEvent>): TaskEvent => ({
  type: 'COMPLETED',
  at: NOW,
  message: null,
  milliseconds: null,
  code: null,
  ...change,
})

describe('the record of an agent', () => {
  it('holds the last 200 durations', () => {
    const record = Array.from({ length: 250 }, (_, n) => event({ milliseconds: n })).reduce(
      recordEvent<AgentRecord>,
      EMPTY,
    )
    expect(record.completed).toBe(250)
    expect(record.durations).toHaveLength(200)
    expect(record.durations[0]).toBe(50)
  })
  it('is degraded until five minutes after the first of the last three failures', () => {
    const failures = [10, 200, 100, 0].map((seconds) => event({ type: 'VIOLATION', at: ago(seconds) }))
    const record = failures.reduce(recordEvent<AgentRecord>, EMPTY)
    expect(record.degradedUntil).toEqual(ago(200 - 300))
  })
  it('takes a task that an agent broke on for a failure of its own, also where it is tried again', () => {
    const broke = event({ type: 'RETRIED', code: 'INTERNAL' })
    const record = [broke, broke, event({ type: 'FAILED', code: 'INTERNAL' })].reduce(recordEvent<AgentRecord>, EMPTY)
    expect(record).toMatchObject({ failed: 1, degradedUntil: ago(-300) })
  })
  it('leaves what is not the agent’s fault out of its failures', () => {
    const late = event({ type: 'FAILED', code: 'BUDGET_EXCEEDED', message: 'x'.repeat(1_000) })
    const record = [late, late, late].reduce(recordEvent<AgentRecord>, EMPTY)
    expect(record).toMatchObject({ failed: 3, recentFailures: [], degradedUntil: null })
    expect(record.lastError).toHaveLength(500)
  })
})

describe('the median', () => {
  it.each([
    [[], null],
    [[5], 5],
    [[9, 1, 5], 5],
    [[10, 1, 2, 4], 3],
  ])('of %j is %j', (durations, median) => {
    expect(medianMilliseconds(durations)).toBe(median)
  })
})
