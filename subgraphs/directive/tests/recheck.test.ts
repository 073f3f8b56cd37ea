import { describe, expect, it } from 'vitest'
import { compareWith, hasDifference, type RecordedTask, toRecordedTrace } from '../src/domain/recheck.ts'
import type { Constraint, DirectiveContent } from '../src/domain/directive.ts'
import type { Check } from '../src/domain/rule.ts'

const judge = (rubric: string): Check => ({ kind: 'judge', rubric, threshold: 0.5 })
const budget = (milliseconds: number): Check => ({ kind: 'budget', milliseconds })

const constraint = (id: string, check: Check, beliefId = 'one'): Constraint => ({
  id,
  statement: `${beliefId} holds`,
  level: 'MUST',
  phase: 'RESULT',
  onFail: 'RETRY',
  check,
  origin: 'COMPILED',
  because: [{ beliefId, beliefName: beliefId, beliefRevision: 1, strength: 0.9, weight: 0.5 }],
})
const directive = (...constraints: Constraint[]): DirectiveContent => ({
  ...{ constraints, suppressed: [], conflicts: [], mustsCut: 0, shouldsCut: 0 },
})

const recorded = (check: Check, outcome: 'PASS' | 'FAIL' | 'UNKNOWN'): RecordedTask => ({
  id: 'task',
  type: 'test.solve',
  input: {},
  directive: directive(constraint('was', check)),
  reports: [
    {
      id: 'report',
      directiveId: 'directive',
      taskId: 'task',
      attempt: 1,
      phase: 'RESULT',
      verdict: outcome === 'PASS' ? 'COMPLIANT' : outcome === 'FAIL' ? 'VIOLATION' : 'NEEDS_REVIEW',
      findings: [{ constraintId: 'was', outcome, path: null, reason: 'so it was found', value: null }],
      checkedAt: new Date(),
    },
  ],
  work: { result: {}, trace: {}, plan: null, milliseconds: 800 },
})

describe('a recorded result under another directive', () => {
  it.each(['PASS', 'FAIL'] as const)('keeps what was judged by the very same rubric: %s', (outcome) => {
    const comparison = compareWith(
      recorded(judge('It is kind.'), outcome),
      directive(constraint('would', judge('It is kind.'))),
    )
    expect(comparison).toMatchObject({ hasOtherDirective: false, hasOtherVerdict: false, findings: [] })
    expect(hasDifference(comparison)).toBe(false)
  })

  it('leaves aside what a language model added', () => {
    const task = recorded(budget(1000), 'PASS')
    const added = { ...constraint('added', judge('It is kind.'), 'two'), level: 'SHOULD', origin: 'MODEL' } as const
    const told = directive(...task.directive.constraints, added)
    const comparison = compareWith({ ...task, directive: told }, directive(constraint('would', budget(1000))))
    expect(comparison).toMatchObject({ hasOtherDirective: false, hasOtherVerdict: false, constraints: [] })
    expect(hasDifference(comparison)).toBe(false)
  })

  it('judges nothing by another rubric', () => {
    const would = directive(constraint('would', judge('It is brief.')))
    expect(compareWith(recorded(judge('It is kind.'), 'PASS'), would)).toMatchObject({
      verdictBefore: 'COMPLIANT',
      verdictAfter: 'NEEDS_REVIEW',
      constraints: [{ change: 'CHANGED' }],
      findings: [
        { before: 'PASS', after: 'UNKNOWN', reason: expect.stringContaining('judges nothing anew') as string },
      ],
    })
  })

  it('takes the time that was recorded', () => {
    const task = recorded(budget(1000), 'PASS')
    expect(compareWith(task, directive(constraint('would', budget(900)))).verdictAfter).toBe('COMPLIANT')
    expect(compareWith(task, directive(constraint('would', budget(700)))).verdictAfter).toBe('VIOLATION')
  })

  it('takes no plan for no plan, which meets nothing that is asked of plans', () => {
    const task = recorded(budget(1000), 'PASS')
    const cautious: Constraint = { ...constraint('would', { kind: 'steps', forbid: ['guess'] }), phase: 'PLAN' }
    const verdictFor = (plan: string[] | null) =>
      compareWith({ ...task, work: { result: {}, trace: {}, milliseconds: 800, plan } }, directive(cautious))
        .verdictAfter
    expect(verdictFor(null)).toBe('VIOLATION')
    expect(verdictFor([])).toBe('COMPLIANT')
  })

  it('tells at most 100 constraints and findings', () => {
    const many = Array.from({ length: 150 }, (_, place) => constraint(`c${place}`, budget(1), `belief ${place}`))
    const { constraints, findings } = compareWith(recorded(budget(1000), 'PASS'), directive(...many))
    expect([constraints.length, findings.length]).toEqual([100, 100])
  })

  it('has no verdict without a result', () => {
    const task = { ...recorded(budget(1000), 'PASS'), work: null, reports: [] }
    expect(compareWith(task, directive())).toMatchObject({ verdictBefore: null, verdictAfter: null, findings: [] })
  })
})

describe('a recorded trace', () => {
  it('has what was sent, and nothing else', () => {
    const at = '2026-11-23T12:00:00.000Z'
    expect(toRecordedTrace({ plan: null, steps: [{ name: 'verify', at }], usd: 0 })).toEqual({
      steps: [{ name: 'verify', at: new Date(at), data: undefined }],
      usd: 0,
    })
  })
})
