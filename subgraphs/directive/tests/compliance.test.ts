import { describe, expect, it } from 'vitest'
import { bounded, TimeLimitError } from '../src/domain/bounded.ts'
import type { CheckInput } from '../src/domain/checks/check.ts'
import { checkConstraints, constraintsAt, type Finding, isKept, verdictOf } from '../src/domain/compliance.ts'
import type { Constraint, Level, Phase } from '../src/domain/directive.ts'
import { checkSchema } from '../src/domain/rule.ts'

const constraint = (id: string, check: unknown, given: { level?: Level; phase?: Phase } = {}): Constraint => ({
  id,
  origin: 'COMPILED',
  statement: id,
  level: 'MUST',
  phase: 'RESULT',
  onFail: 'RETRY',
  check: checkSchema.parse(check),
  because: [],
  ...given,
})

const inputOf = (given: Partial<CheckInput> = {}): CheckInput => ({
  phase: 'RESULT',
  task: { id: null, type: 't', input: {} },
  result: { n: 1 },
  trace: {},
  elapsedMilliseconds: null,
  ...given,
})

const passing = { kind: 'schema', path: '', schema: {} }
const failing = { kind: 'schema', path: '', schema: false }
const undecided = { kind: 'judge', rubric: 'Kind?', threshold: 0.5 }
const endless = { kind: 'cel', expression: 'result.all(a, result.all(b, result.all(c, a + b + c >= 0.0)))' }

const verdict = (constraints: Constraint[], phase: Phase = 'RESULT') =>
  verdictOf(constraints, checkConstraints(constraints, inputOf({ phase })), phase)

describe('the verdict', () => {
  it('is a violation where any MUST fails, whatever else is not known', () => {
    expect(verdict([constraint('a', passing), constraint('b', undecided), constraint('c', failing)])).toBe('VIOLATION')
  })

  it('needs a review where a MUST cannot be decided', () => {
    expect(verdict([constraint('a', passing), constraint('b', undecided)])).toBe('NEEDS_REVIEW')
  })

  it('is compliant whatever a SHOULD is found to be', () => {
    const level = 'SHOULD'
    expect(
      verdict([constraint('a', passing), constraint('b', failing, { level }), constraint('c', undecided, { level })]),
    ).toBe('COMPLIANT')
  })

  it('is compliant where there is nothing to check', () => {
    expect(verdict([])).toBe('COMPLIANT')
  })

  it('waits on the way for what is not known yet', () => {
    const require = constraint('a', { kind: 'steps', require: ['verify'] }, { phase: 'DURING' })
    expect(verdict([require], 'DURING')).toBe('COMPLIANT')
    expect(verdict([require], 'RESULT')).toBe('VIOLATION')
  })
})

describe('the constraints of a phase', () => {
  const all = (['PLAN', 'DURING', 'RESULT'] as const).map((phase) => constraint(phase, undecided, { phase }))
  const at = (phase: Phase) => constraintsAt(all, phase).map(({ id }) => id)

  it('are its own; completion checks those on the way once more', () => {
    expect(at('PLAN')).toEqual(['PLAN'])
    expect(at('DURING')).toEqual(['DURING'])
    expect(at('RESULT')).toEqual(['DURING', 'RESULT'])
  })

  it('on the way are those of the time that an attempt may take, too, as that is over before any result', () => {
    const budgets = [{ milliseconds: 1 }, { tokens: 1 }, { milliseconds: 1, usd: 1 }].map((most, place) =>
      constraint(`b${place}`, { kind: 'budget', ...most }, { phase: 'RESULT' }),
    )
    expect(constraintsAt(budgets, 'DURING').map(({ id }) => id)).toEqual(['b0', 'b2'])
  })

  it('give reports that are kept, on the way only with a failure', () => {
    const finding = (outcome: Finding['outcome']): Finding => ({
      constraintId: 'a',
      outcome,
      path: null,
      reason: '',
      value: null,
    })
    expect(isKept('PLAN', [])).toBe(true)
    expect(isKept('DURING', [finding('PASS'), finding('UNKNOWN')])).toBe(false)
    expect(isKept('DURING', [finding('FAIL')])).toBe(true)
  })
})

describe('checking', () => {
  it('gives a finding for each constraint, in their order', () => {
    const found = checkConstraints([constraint('a', passing), constraint('b', failing)], inputOf())
    expect(found.map(({ constraintId, outcome }) => [constraintId, outcome])).toEqual([
      ['a', 'PASS'],
      ['b', 'FAIL'],
    ])
  })

  it('ends a check that takes too long, and goes on with the others', () => {
    const result = Array.from({ length: 100_000 }, (_, n) => n)
    const list = [constraint('a', passing), constraint('b', endless), constraint('c', failing)]
    // Left alone it would take for ever.
    const found = checkConstraints(list, inputOf({ result }), {
      limits: { checkMilliseconds: 400, reportMilliseconds: 8000 },
    })
    expect(found.map(({ outcome }) => outcome)).toEqual(['PASS', 'UNKNOWN', 'FAIL'])
    expect(found[1]?.reason).toContain('400 ms')
  })

  it('ends a report of many endless checks', () => {
    const result = Array.from({ length: 100_000 }, (_, n) => n)
    const list = Array.from({ length: 300 }, (_, n) => constraint(`c${n}`, endless))
    // The limit of each check alone would let it take minutes, and the test fail.
    const found = checkConstraints(list, inputOf({ result }), {
      limits: { checkMilliseconds: 400, reportMilliseconds: 300 },
    })
    expect(found.map(({ outcome }) => outcome)).toEqual(list.map(() => 'UNKNOWN'))
  })

  it('checks as before after a check was ended half-way', () => {
    const result = Array.from({ length: 100_000 }, (_, n) => n)
    checkConstraints([constraint('a', endless)], inputOf({ result }), {
      limits: { checkMilliseconds: 30, reportMilliseconds: 100 },
    })
    const after = checkConstraints(
      [constraint('a', passing), constraint('b', { kind: 'cel', expression: 'result.n == 1' })],
      inputOf(),
    )
    expect(after.map(({ outcome }) => outcome)).toEqual(['PASS', 'PASS'])
  })

  it('leaves a check that no longer compiles to a person', () => {
    const broken = constraint('a', { kind: 'cel', expression: 'nope == 1' })
    expect(checkConstraints([broken], inputOf())[0]).toMatchObject({ outcome: 'UNKNOWN' })
  })

  it('does not fall over a value that is nested very deeply', () => {
    let deep: unknown = 1
    for (let n = 0; n < 100_000; n++) deep = [deep]
    const recursive = { kind: 'schema', path: '', schema: { items: { $ref: '#' } } }
    expect(checkConstraints([constraint('a', recursive)], inputOf({ result: deep }))[0]).toMatchObject({
      outcome: 'UNKNOWN',
    })
  })
})

describe('the watchdog', () => {
  it('ends what never ends', () => {
    expect(() =>
      bounded(50, () => {
        for (;;);
      }),
    ).toThrow(TimeLimitError)
  })

  it('passes on what work answers and throws', () => {
    expect(bounded(50, () => 42)).toBe(42)
    expect(() =>
      bounded(50, () => {
        throw new RangeError('odd')
      }),
    ).toThrow(RangeError)
  })
})
