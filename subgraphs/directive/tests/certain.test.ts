import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCertainlyDifferent, type KnownBelief } from '../src/domain/certain.ts'
import { type Candidate, compileDirective, type Contradiction, MAX_SHOULDS } from '../src/domain/compile.ts'
import { asksTheSame, beliefsOf } from '../src/domain/staleness.ts'
import { toKnown } from '../src/governing.ts'

// A type that tasks have, beliefs that name it (n...), and others without task types (u...) that only meaning finds.
const TYPE = 'test.add'
type Belief = Omit<Candidate, 'relevance'> & { taskTypes: string[] }
const belief = (id: string, given: Partial<Belief> = {}): Belief => ({
  id,
  name: `Belief ${id}`,
  description: '',
  strength: 0.8,
  revision: 3,
  level: 'SHOULD',
  rule: null,
  taskTypes: id.startsWith('n') ? [TYPE] : [],
  links: [],
  ...given,
})
const must = (id: string, given: Partial<Belief> = {}) => belief(id, { level: 'MUST', ...given })

const kept = (beliefs: Belief[], contradictions: Contradiction[] = []) =>
  compileDirective(
    {
      candidates: beliefs.map((one) => ({ ...one, relevance: one.taskTypes.length > 0 ? 1 : 0.5 })),
      ...{ contradictions, mustsCut: 0, shouldsCut: 0 },
    },
    (id) => `c-${id}`,
  )

/** What the ontology answers of these beliefs, all of them in force. */
const known = (beliefs: Belief[], contradictions: Contradiction[] = []) =>
  toKnown({
    ...{ revision: 4, isSettled: true, tasks: [] },
    beliefs: beliefs.map(({ links: _, ...one }) => ({ ...one, rule: one.rule as never, relatedValues: [] })),
    contradictions: contradictions.map(([from, to]) => ({ from: { id: from }, to: { id: to } })),
  })(TYPE)

const n = belief('n')
const m = must('nm')
const u = belief('u')
const before = kept([n, m, u])
const many = Array.from({ length: MAX_SHOULDS }, (_, place) => belief(`u${place}`))

describe('a directive, while meanings are not known', () => {
  it.each([
    ['nothing was edited', before, known([n, m, u]), false],
    ['a MUST that names the type is new', before, known([n, m, u, must('n2')]), true],
    ['a SHOULD that names the type is new', before, known([n, m, u, belief('n2')]), true],
    ['a MUST of another type is new', before, known([n, m, u, must('n2', { taskTypes: ['test.other'] })]), false],
    ['a MUST without types is new', before, known([n, m, u, must('u2')]), false],
    ['one that names the type governs no more', before, known([m, u]), true],
    ['one without types governs no more', before, known([n, m]), true],
    ['one without types is now of another type', before, known([n, m, { ...u, taskTypes: ['test.other'] }]), true],
    ['one that names the type is now without', before, known([{ ...n, taskTypes: [] }, m, u]), false],
    ['one without types names the type now', before, known([n, m, { ...u, taskTypes: [TYPE] }]), false],
    ['one that names the type has other words', before, known([{ ...n, name: 'Other words' }, m, u]), true],
    ['one without types has other words', before, known([n, m, { ...u, name: 'Other words' }]), true],
    ['a SHOULD became a MUST', before, known([{ ...n, level: 'MUST' }, m, u]), true],
    ['a belief is stronger', before, known([{ ...n, strength: 0.9 }, m, u]), false],
    ['a belief of it contradicts another of it', before, known([n, m, u], [['n', 'u']]), true],
    ['two contradict of which one is not asked for', before, known([n, m, u, belief('u2')], [['n', 'u2']]), false],
    ['a new SHOULD contradicts a MUST of it', before, known([n, m, u, belief('n2')], [['n2', 'nm']]), false],
    [
      'a new SHOULD contradicts a SHOULD of it that may rank higher',
      before,
      known([n, m, { ...u, strength: 0.9 }, belief('n2')], [['n2', 'u']]),
      false,
    ],
    [
      'a new SHOULD contradicts a SHOULD of it that ranks lower',
      before,
      known([n, m, u, belief('n2', { strength: 0.9 })], [['u', 'n2']]),
      true,
    ],
    ['a new MUST contradicts a MUST of it', before, known([n, m, u, must('n2')], [['n2', 'nm']]), true],
    [
      'one gave way to what meaning found',
      kept([{ ...n, strength: 0.6 }, must('um')], [['n', 'um']]),
      known([{ ...n, strength: 0.6 }, must('um')], [['n', 'um']]),
      false,
    ],
    ['one gave way to what is no more', kept([n, belief('n2', { strength: 0.9 })], [['n', 'n2']]), known([n]), true],
    [
      'one gave way to what it does not contradict any more',
      kept([n, belief('n2', { strength: 0.9 })], [['n', 'n2']]),
      known([n, belief('n2', { strength: 0.9 })]),
      true,
    ],
    [
      'one that gave way ranks higher now',
      kept([n, belief('n2', { strength: 0.9 })], [['n', 'n2']]),
      known([n, belief('n2', { strength: 0.7 })], [['n', 'n2']]),
      true,
    ],
    [
      'two MUSTs contradict each other as they did',
      kept([m, must('um')], [['nm', 'um']]),
      known([m, must('um')], [['um', 'nm']]),
      false,
    ],
    [
      'two MUSTs do not contradict each other any more',
      kept([m, must('um')], [['nm', 'um']]),
      known([m, must('um')]),
      true,
    ],
    ['two MUSTs contradict each other now', kept([m, must('um')]), known([m, must('um')], [['um', 'nm']]), true],
    ['a new SHOULD may be beyond the limit', kept(many), known([...many, belief('n2', { strength: 0.7 })]), false],
    ['a new SHOULD ranks within the limit', kept(many), known([...many, belief('n2', { strength: 0.9 })]), true],
  ])('where %s: certainly another? %#', (_what, directive, today, isDifferent) => {
    expect(isCertainlyDifferent(directive, today)).toBe(isDifferent)
  })

  it('is not certainly another by what a language model added', () => {
    const [first] = before.constraints
    const added = {
      ...(first as NonNullable<typeof first>),
      id: 'c-model',
      origin: 'MODEL' as const,
      statement: 'More.',
    }
    const today = known([n, m, u])
    expect(isCertainlyDifferent({ ...before, constraints: [...before.constraints, added] }, today)).toBe(false)
  })

  it('is known by the beliefs that may govern its type', () => {
    const ids = ({ beliefs }: { beliefs: ReadonlyMap<string, KnownBelief> }) => [...beliefs.keys()]
    expect(ids(known([n, u, belief('other', { taskTypes: ['test.other'] })]))).toEqual(['n', 'u'])
  })
})

describe('a directive that is certainly another', () => {
  const ids = ['n1', 'n2', 'u1', 'u2', 'u3']
  const pool = fc.tuple(
    ...ids.map((id) =>
      fc
        .record({ level: fc.constantFrom('MUST' as const, 'SHOULD' as const), strength: fc.constantFrom(0.6, 0.8) })
        .map((given) => belief(id, given)),
    ),
  )
  const pairs = fc.subarray(
    ids.flatMap((one, place) => ids.slice(place + 1).map((other): Contradiction => [one, other])),
  )
  const sorts = fc.record({ then: fc.subarray(ids), now: fc.subarray(ids), before: pairs, after: pairs, pool })
  /** Of each belief without types whether meaning finds it, and how near it is. */
  const meanings = fc.dictionary(fc.constantFrom('u1', 'u2', 'u3'), fc.constantFrom(0.3, 0.7, 1))

  it('is another whatever the meanings tell', () => {
    fc.assert(
      fc.property(sorts, meanings, (world, relevance) => {
        const of = (some: string[]) => world.pool.filter(({ id }) => some.includes(id))
        const directive = kept(of(world.then), world.before)
        const restsOn = beliefsOf(directive)
        const told = of(world.now).filter(({ id }) => id.startsWith('n') || restsOn.includes(id))
        const among = world.after.filter((pair) => pair.every((id) => told.some((one) => one.id === id)))
        fc.pre(isCertainlyDifferent(directive, known(told, among)))
        const candidates = of(world.now).flatMap((one) => {
          const near = one.taskTypes.length > 0 ? 1 : relevance[one.id]
          return near === undefined ? [] : [{ ...one, relevance: near }]
        })
        const today = compileDirective(
          { candidates, contradictions: world.after, mustsCut: 0, shouldsCut: 0 },
          (id) => id,
        )
        expect(asksTheSame(directive, today)).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })
})
