import { all, create, type FactoryFunctionMap } from 'mathjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MathSolver } from '../src/solve.ts'
import { CASES, type Case } from './problems.ts'

const math = create(all as FactoryFunctionMap)
const solver = new MathSolver()
beforeAll(() => solver.ready())
afterAll(() => solver.dispose())

/** Points at which functions are compared; the engine has points of its own. */
const POINTS = [
  { x: 0.37, a: 1.3, b: -2.1, c: 0.7, d: 3.9 },
  { x: 0.81, a: -0.6, b: 1.7, c: 2.2, d: -1.1 },
  { x: 0.113, a: 2.9, b: 0.4, c: -1.8, d: 0.3 },
]
const at = (expression: string, scope: object): unknown => math.evaluate(expression, { ...scope, C: 0 }) as unknown

const describeCase = ({ input }: Case): string => {
  const { operation, expression, ...more } = input
  const rest = Object.keys(more).length > 0 ? ` ${JSON.stringify(more)}` : ''
  return `${String(operation)} ${typeof expression === 'string' ? expression : ''}${rest}`
}

const compareSets = (answer: unknown, roots: readonly (number | readonly [number, number])[]): void => {
  const found = (answer as (number | { re: number; im: number })[]).map((each) =>
    typeof each === 'number' ? [each, 0] : [each.re, each.im],
  )
  const wanted = roots.map((each) => (typeof each === 'number' ? [each, 0] : [...each]))
  expect(found).toHaveLength(wanted.length)
  for (const [re = 0, im = 0] of wanted) {
    expect(found.some(([x = 0, y = 0]) => Math.hypot(x - re, y - im) < 1e-9 * Math.max(1, Math.hypot(re, im)))).toBe(
      true,
    )
  }
}

const checkAnswer = async ({ input, expect: wanted }: Case): Promise<void> => {
  if ('code' in wanted) {
    await expect(solver.solve(input)).rejects.toMatchObject({ code: wanted.code, retryable: false })
    return
  }
  const { result, trace } = await solver.solve(input)
  const { answer } = result
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
  expect(trace.evidence.length).toBeGreaterThan(0)
  expect(trace.steps.map(({ name }) => name)).toEqual(expect.arrayContaining(['parse', 'solve', 'verify']))
  expect(result.latex).not.toBe('')
  if ('text' in wanted) expect(answer).toBe(wanted.text)
  if ('json' in wanted) expect(answer).toEqual(wanted.json)
  if ('value' in wanted) expect(Number(result.approximate)).toBeCloseTo(wanted.value, 9)
  if ('roots' in wanted) compareSets(result.approximate, wanted.roots)
  if ('same' in wanted) {
    for (const point of POINTS) expect(at(text, point)).toBeCloseTo(Number(at(wanted.same, point)), 9)
  }
  if ('antiderivativeOf' in wanted) {
    const step = 1e-5
    for (const { x } of POINTS) {
      const [above, below] = [at(text, { x: x + step }), at(text, { x: x - step })]
      expect((Number(above) - Number(below)) / (2 * step)).toBeCloseTo(Number(at(wanted.antiderivativeOf, { x })), 6)
    }
  }
}

describe('the table of problems', () => {
  it('has at least 60 of them, over all ten operations', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60)
    expect(new Set(CASES.map(({ input }) => input['operation'])).size).toBe(10)
  })

  it.each(CASES.map((each) => [describeCase(each), each] as const))('%s', async (_, each) => {
    await checkAnswer(each)
  })
})

describe('an answer', () => {
  it('to an integral comes with the derivative that confirms it', async () => {
    const { result, trace } = await solver.solve({ operation: 'integrate', expression: 'x^2 * sin(x)', variable: 'x' })
    expect(result).toMatchObject({ operation: 'integrate', exact: true, variable: 'x' })
    expect(trace.evidence).toMatchObject([{ type: 'differentiated-integral', data: { points: 10 } }])
    for (const { at: time } of trace.steps) expect(new Date(time).toISOString()).toBe(time)
  })

  it('to an equation substitutes each root, and counts them', async () => {
    const { trace } = await solver.solve({ operation: 'solve', expression: 'x^5 - x - 1 = 0' })
    expect(trace.evidence.filter(({ type }) => type === 'substitution')).toHaveLength(5)
    expect(trace.evidence).toContainEqual({
      type: 'root-count',
      data: expect.objectContaining({ degree: 5, counted: 5, by: 'companion-matrix' }) as unknown,
    })
  })

  it('says where it holds', async () => {
    const { result } = await solver.solve({ operation: 'simplify', expression: '(x^2 - 1)/(x - 1)' })
    expect(result).toMatchObject({ answer: 'x + 1', assumptions: ['x != 1'] })
    const rational = await solver.solve({ operation: 'solve', expression: '(x^2 - 1)/(x - 1) = 0' })
    expect(rational.result).toMatchObject({ excluded: ['1'] })
  })

  it('to a periodic equation names the period', async () => {
    const { result } = await solver.solve({ operation: 'solve', expression: 'tan(x) = 1' })
    expect(result).toMatchObject({ answer: ['pi / 4'], period: 'pi', exact: true })
  })

  it('to an integral in x that has a C of its own takes another constant', async () => {
    const { result } = await solver.solve({ operation: 'integrate', expression: 'C * x', variable: 'x' })
    expect(result.answer).toBe('C * x^2 / 2 + K')
  })
})

describe('what was multiplied together', () => {
  /** Numbers that are the same in every run. */
  const pick = (round: number, k: number): number => ((round * 7919 + k * 104_729) % 19) - 9

  it('is taken apart again, for 40 polynomials', async () => {
    for (let round = 0; round < 40; round += 1) {
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => pick(round, k)) as [number, number, number, number]
      const given = `(x - (${a})) * (2x - (${b})) * (x^2 + (${c}) * x + (${d}))`
      const { result } = await solver.solve({ operation: 'factor', expression: given })
      expect(result).toMatchObject({ exact: true, irreducible: true })
      for (const { x } of POINTS) {
        expect(at(result.answer as string, { x })).toBeCloseTo(Number(at(given, { x })), 9)
      }
      const { result: roots } = await solver.solve({ operation: 'solve', expression: given })
      expect(roots).toMatchObject({ exact: true, complete: true })
      expect(roots.answer).toEqual(expect.arrayContaining([String(a), ...(b % 2 === 0 ? [String(b / 2)] : [`${b}/2`])]))
    }
  })
})
