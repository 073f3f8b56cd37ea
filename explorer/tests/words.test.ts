import { describe, expect, it } from 'vitest'
import {
  type Constraint,
  type Finding,
  checkedConstraints,
  countOutcomes,
  splitStatement,
} from '../src/features/tasks/findings.ts'
import { readTrace } from '../src/features/tasks/read-trace.ts'
import { eventTitle, ledTo } from '../src/features/tasks/words.ts'
import { count, duration, percent, signed, timeAgo } from '../src/ui/words/numbers.ts'

describe('numbers in words', () => {
  it('writes durations in the unit that a person would use', () => {
    expect([340, 1_000, 1_840, 59_000, 185_000, 7_440_000].map(duration)).toEqual([
      '340 ms',
      '1 s',
      '1.8 s',
      '59 s',
      '3 min 5 s',
      '2 h 4 min',
    ])
  })

  it('says how long ago, and "now" where a clock is ahead', () => {
    const at = new Date('2026-01-01T00:00:00Z')
    const after = (seconds: number) => timeAgo(at, new Date(at.getTime() + seconds * 1_000))
    expect([-30, 2, 42, 300, 7_200, 90_000, 200_000].map(after)).toEqual([
      'now',
      'now',
      '42 s ago',
      '5 min ago',
      '2 h ago',
      '1 day ago',
      '2 days ago',
    ])
  })

  it('signs amounts, counts things, and keeps percentages within bounds', () => {
    expect([signed(0.034), signed(-0.2)]).toEqual(['+0.03', '−0.20'])
    expect([count(1, 'task'), count(0, 'task'), count(2, 'reply', 'replies')]).toEqual([
      '1 task',
      '0 tasks',
      '2 replies',
    ])
    expect([percent(0.256), percent(-1), percent(3)]).toEqual(['26%', '0%', '100%'])
  })
})

describe('findings', () => {
  const constraint = (id: string, level: Constraint['level']) => ({ id, level }) as Constraint
  const finding = (id: string, outcome: Finding['outcome']) => ({ outcome, constraint: { id } }) as Finding

  it('stand beside their constraints: what failed first, then MUSTs, then SHOULDs', () => {
    const constraints = [
      constraint('c1', 'SHOULD'),
      constraint('c2', 'MUST'),
      constraint('c3', 'SHOULD'),
      constraint('c4', 'MUST'),
    ]
    const findings = [finding('c2', 'PASS'), finding('c3', 'FAIL'), finding('c4', 'FAIL'), finding('c1', 'UNKNOWN')]
    const checked = checkedConstraints(constraints, findings)
    expect(checked.map((each) => [each.constraint.id, each.finding?.outcome])).toEqual([
      ['c4', 'FAIL'],
      ['c3', 'FAIL'],
      ['c2', 'PASS'],
      ['c1', 'UNKNOWN'],
    ])
  })

  it('are null before the check', () => {
    expect(checkedConstraints([constraint('c1', 'MUST')], [])[0]?.finding).toBeNull()
  })

  it('split a statement behind the name of its belief', () => {
    const because = [{ beliefName: 'No guess' }] as Constraint['because']
    expect(splitStatement({ statement: 'No guess. It has been derived.', because })).toEqual({
      head: 'No guess',
      rest: 'It has been derived.',
    })
    expect(splitStatement({ statement: 'Other words.', because })).toEqual({ head: 'Other words.', rest: '' })
  })

  it('are counted by their outcome', () => {
    const findings = [finding('a', 'PASS'), finding('b', 'PASS'), finding('c', 'UNKNOWN')]
    expect(countOutcomes(findings)).toEqual({ passed: 2, failed: 0, unknown: 1 })
  })
})

describe('a task’s events', () => {
  it('are named in words, with the state they led to where the name does not say it', () => {
    expect(eventTitle('RESULT_RECEIVED')).toBe('Result received')
    expect(ledTo({ type: 'RESULT_RECEIVED', to: 'VALIDATING' })).toBe('Validating')
    expect(ledTo({ type: 'COMPLETED', to: 'COMPLETED' })).toBeNull()
    expect(ledTo({ type: 'PROGRESS', to: null })).toBeNull()
  })
})

describe('readTrace', () => {
  it('takes what is there and leaves out what is malformed', () => {
    const steps = [{ name: 'parse', at: '2026-01-01T00:00:00Z' }, { at: 'x' }, 'verify']
    const evidence = [{ type: 'substitution', data: { at: 3 } }, { data: 1 }]
    expect(readTrace({ steps, evidence, tokens: 1_200 })).toEqual({
      steps: ['parse'],
      evidence: [{ type: 'substitution', data: { at: 3 } }],
      cost: '1,200 tokens',
    })
  })

  it('answers null where an agent told nothing', () => {
    expect([readTrace(null), readTrace({}), readTrace({ steps: [] })]).toEqual([null, null, null])
  })
})
