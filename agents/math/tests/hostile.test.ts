import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MathSolver } from '../src/solve.ts'

const solver = new MathSolver()
beforeAll(() => solver.ready())
afterAll(() => solver.dispose())

const refuse = async (expression: unknown, message?: RegExp, operation = 'evaluate'): Promise<void> => {
  const failure = { code: 'BAD_INPUT', ...(message && { message: expect.stringMatching(message) as unknown }) }
  await expect(solver.solve({ operation, expression }, { timeoutMilliseconds: 20_000 })).rejects.toMatchObject(failure)
}

describe('malformed input', () => {
  it.each([
    ['(2 + 3', /char 7/],
    ['2 + * 3', /char 5/],
    ['2 + 3)', /char 6/],
    ['', undefined],
    ['   ', /empty/],
    ['sin', /function/],
    ['sin(1, 2)', /takes 1/],
    ['x(x + 1)', /x\*\(/],
    ['1 € 2', /char 3/],
    ['NaN', undefined],
    ['true', undefined],
    ['Infinity - Infinity', /Infinity/],
    ['\\frac{1}{', /LaTeX/],
    ['\\int_0^1 x dx', /LaTeX/],
  ])('%j is refused, and says where', async (expression, message) => {
    await refuse(expression, message)
  })

  it('names each property that is wrong', async () => {
    await expect(solver.solve({ operation: 'integrate', expression: 'x', from: 1 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('from') as unknown,
    })
    await expect(solver.solve({ operation: 'limit', expression: 'x' })).rejects.toMatchObject({
      message: expect.stringContaining('point') as unknown,
    })
    for (const input of [null, 3, 'x', [], {}, { operation: 'guess', expression: 'x' }]) {
      await expect(solver.solve(input)).rejects.toMatchObject({ code: 'BAD_INPUT', retryable: false })
    }
  })

  it('says that a variable is ambiguous', async () => {
    await refuse('a * x^2', /a, x; say which/, 'integrate')
  })
})

describe('input that is too much', () => {
  it.each([
    ['1 MB', '1+'.repeat(524_288) + '1'],
    ['deep parentheses', '('.repeat(4_000) + '1' + ')'.repeat(4_000)],
    ['deep brackets', '['.repeat(4_000) + ']'.repeat(4_000)],
    ['a chain of signs', '-'.repeat(5_000) + '1'],
    ['a tower of powers', '9^9^9^9'],
    ['a tower with a variable', 'x^9^9^9'],
    ['a long tower', '2^'.repeat(2_000) + '2'],
    ['a tower in LaTeX', '9^{9^{9^{9}}} \\cdot 1'],
    ['a large factorial', '100000!'],
    ['factorials of factorials', '((9!)!)!'],
    ['a long number', '1e99999'],
    ['too many digits', '9'.repeat(5_000)],
    ['too many parts', Array.from({ length: 2_500 }, () => 'x').join('+')],
    ['a large binomial', 'combinations(1e9, 5e8)'],
    ['an exponential of an exponential', 'exp(exp(exp(exp(10))))'],
  ])('%s is refused, and not worked on', async (_, expression) => {
    // One that was worked on would end with TIMED_OUT.
    await refuse(expression)
    await refuse(expression, undefined, 'simplify')
  })

  it('a large matrix is refused', async () => {
    const row = `[${Array.from({ length: 40 }, () => 1).join(',')}]`
    await refuse(`[${Array.from({ length: 40 }, () => row).join(',')}]`, /30/, 'matrix')
  })

  it('a power that would explode when it is expanded is left alone', async () => {
    const { result } = await solver.solve({ operation: 'simplify', expression: '((x + 1)^200 + 1)^200' })
    expect(result.answer).toBe('((x + 1)^200 + 1)^200')
  })
})

describe('an expression that reaches for more than mathematics', () => {
  it.each([
    'cos.constructor("return process")()',
    'sin.constructor',
    'constructor',
    '__proto__',
    'prototype.x',
    'valueOf',
    'hasOwnProperty(1)',
    'toString(3)',
    '{a: 1}.constructor',
    '[1, 2][1]',
    'x["constructor"]',
    'import({a: 1}, {})',
    'createUnit("foo")',
    'evaluate("1 + 1")',
    'parse("1")',
    'simplify("x")',
    'derivative("x", "x")',
    'resolve("x")',
    'config({})',
    'help(sin)',
    'f(x) = x',
    'a = 3',
    '1; 2',
    '1 ? 2 : 3',
    '1:1000000',
    '"text"',
    'random()',
    '(a+a+a+a+a+a+a+a+a+a+a+a+)+$',
  ])('%j is refused', async (expression) => {
    await refuse(expression)
    await refuse(expression, undefined, 'units')
  })

  it('cannot name a variable after what every object has', async () => {
    for (const variable of ['__proto__', 'constructor', 'toString', 'a b', 'x;y']) {
      const problem = { operation: 'differentiate', expression: 'x^2', variable }
      await expect(solver.solve(problem)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    }
    const values = JSON.parse('{"__proto__": 1, "x": "process.exit()"}') as object
    await expect(solver.solve({ operation: 'evaluate', expression: 'x', values })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    })
  })
})
