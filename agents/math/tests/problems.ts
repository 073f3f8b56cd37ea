/** What is asked, and what a mathematician expects of the answer. */
export interface Case {
  readonly input: Readonly<Record<string, unknown>>
  readonly expect: Expectation
}

type Expectation =
  /** The answer, word by word. */
  | { readonly text: string }
  /** The answer, as JSON. */
  | { readonly json: unknown }
  /** An expression that is the same function. */
  | { readonly same: string }
  /** The integrand: the answer's slope is taken numerically. */
  | { readonly antiderivativeOf: string }
  /** The value, to 9 digits. */
  | { readonly value: number }
  /** All roots, in any order; complex ones as pairs. */
  | { readonly roots: readonly (number | readonly [number, number])[] }
  /** It must fail, and how. */
  | { readonly code: string }

const evaluate = (expression: string, expect: Expectation, more = {}): Case => ({
  input: { operation: 'evaluate', expression, ...more },
  expect,
})
const simplify = (expression: string, expect: Expectation): Case => ({
  input: { operation: 'simplify', expression },
  expect,
})
const differentiate = (expression: string, expect: Expectation, more = {}): Case => ({
  input: { operation: 'differentiate', expression, variable: 'x', ...more },
  expect,
})
const integrate = (expression: string): Case => ({
  input: { operation: 'integrate', expression, variable: 'x' },
  expect: { antiderivativeOf: expression },
})
const between = (
  expression: string,
  bounds: readonly [string | number, string | number],
  expect: Expectation,
): Case => ({
  input: { operation: 'integrate', expression, lower: bounds[0], upper: bounds[1] },
  expect,
})
const solve = (expression: string, expect: Expectation, more = {}): Case => ({
  input: { operation: 'solve', expression, ...more },
  expect,
})
const factor = (expression: string, expect: Expectation): Case => ({
  input: { operation: 'factor', expression },
  expect,
})
const limit = (expression: string, point: string | number, expect: Expectation, more = {}): Case => ({
  input: { operation: 'limit', expression, point, ...more },
  expect,
})
const matrix = (expression: string, expect: Expectation, more = {}): Case => ({
  input: { operation: 'matrix', expression, ...more },
  expect,
})
const statistics = (input: Readonly<Record<string, unknown>>, expect: Expectation): Case => ({
  input: { operation: 'statistics', ...input },
  expect,
})
const units = (expression: string, expect: Expectation, more = {}): Case => ({
  input: { operation: 'units', expression, ...more },
  expect,
})

const TWENTY = Array.from({ length: 20 }, (_, k) => k + 1)
const DATA = [2, 4, 4, 4, 5, 5, 7, 9]

/** Problems over all operations. */
export const CASES: readonly Case[] = [
  evaluate('2 + 3 * 4', { text: '14' }),
  evaluate('50!', { text: '30414093201713378043612608166064768844377641568960512000000000000' }),
  evaluate('0.1 + 0.2', { text: '0.3' }),
  evaluate('1/3 + 1/7', { text: '10/21' }),
  evaluate('2^200', { text: '1606938044258990275541962092341162602522202993782792835301376' }),
  evaluate('sqrt(8)', { text: '2 * sqrt(2)' }),
  evaluate('sin(pi/3)', { text: 'sqrt(3) / 2' }),
  evaluate('sin(1)', { value: 0.8414709848078965 }),
  evaluate('log(2)', { value: Math.LN2 }),
  evaluate('sqrt(-4)', { text: '2 * i' }),
  evaluate('e^(i * pi)', { text: '-1' }),
  evaluate('combinations(50, 6)', { text: '15890700' }),
  evaluate('x^2 + 1', { text: '10/9' }, { values: { x: '1/3' } }),
  evaluate('\\frac{1}{2} + \\frac{1}{3}', { text: '5/6' }),
  evaluate('5%', { text: '0.05' }),
  evaluate('sin(pi)', { text: '0' }),
  evaluate('170!/168!', { text: '28730' }),
  evaluate('10^400 / 10^399', { text: '10' }),
  evaluate('1/0', { code: 'UNSOLVED' }),
  evaluate('x + 1', { code: 'BAD_INPUT' }),

  simplify('(x^2 - 1)/(x - 1)', { text: 'x + 1' }),
  simplify('sin(x)^2 + cos(x)^2', { text: '1' }),
  simplify('sqrt(x^2)', { text: 'abs(x)' }),
  simplify('2x + 3x', { text: '5 * x' }),
  simplify('(x + 1)^3 - (x - 1)^3', { same: '6*x^2 + 2' }),
  simplify('tan(x) * cos(x)', { text: 'sin(x)' }),
  simplify('a/b + c/b', { same: '(a + c)/b' }),

  differentiate('x^2 * sin(x)', { same: '2*x*sin(x) + x^2*cos(x)' }),
  differentiate('x^x', { same: 'x^x*(log(x) + 1)' }),
  differentiate('abs(x)', { same: 'sign(x)' }),
  differentiate('a*x^2 + b*x', { same: '2*a*x + b' }),
  differentiate('sin(x)', { text: 'sin(x)' }, { order: 4 }),
  differentiate('exp(-x^2)', { same: '-2*x*exp(-x^2)' }),
  differentiate('a*x^2', { code: 'BAD_INPUT' }, { variable: undefined }),

  integrate('x^2 * sin(x)'),
  integrate('1/x'),
  integrate('tan(x)'),
  integrate('exp(x) * sin(x)'),
  integrate('1/(x^3 + 1)'),
  integrate('1/(x^4 + 1)'),
  integrate('sqrt(1 - x^2)'),
  integrate('exp(-x^2)'),
  integrate('sin(x)^3'),
  integrate('cos(x)^4'),
  integrate('1/(2 + cos(x))'),
  integrate('sin(log(x))'),
  integrate('x * exp(x^2)'),
  integrate('abs(x)'),
  between('x^2', [0, 3], { text: '9' }),
  between('sin(x)', [0, 'pi'], { text: '2' }),
  between('exp(-x^2)', ['-Infinity', 'Infinity'], { text: 'sqrt(pi)' }),
  between('1/sqrt(x)', [0, 1], { text: '2' }),
  between('log(x)', [0, 1], { text: '-1' }),
  between('sin(x)/x', [0, 'Infinity'], { text: 'pi / 2' }),
  between('x^x', [0, 1], { value: 0.7834305107 }),
  between('1/x', [-1, 1], { code: 'UNSOLVED' }),
  between('1/x^2', [-1, 1], { code: 'UNSOLVED' }),
  between('1/x', [1, 'Infinity'], { code: 'UNSOLVED' }),

  solve('x^2 = 4', { json: ['-2', '2'] }),
  solve('x^2 + 1', { json: ['-i', 'i'] }),
  solve('x^3 - 6x^2 + 11x - 6 = 0', { json: ['1', '2', '3'] }),
  solve('x^3 = 2', {
    roots: [2 ** (1 / 3), [-0.6299605249474366, 1.0911236359717214], [-0.6299605249474366, -1.0911236359717214]],
  }),
  solve('x^3 = 2', { json: ['nthRoot(2, 3)'] }, { domain: 'real' }),
  solve('x^5 - x - 1 = 0', { roots: [1.1673039782614187] }, { domain: 'real' }),
  solve('x^4 - 10x^2 + 1', {
    roots: [-3.146264369941973, -0.31783724519578227, 0.31783724519578227, 3.146264369941973],
  }),
  solve('(x - 1)^3 * (x + 2)', { json: ['-2', '1'] }),
  solve('x^2 = x + 1', { json: ['(1 - sqrt(5)) / 2', '(1 + sqrt(5)) / 2'] }),
  solve('(x^2 - 1)/(x - 1) = 0', { json: ['-1'] }),
  solve('1/x = 0', { json: [] }),
  solve('x = x', { text: 'every number' }),
  solve('x + y = 3; x - y = 1', { json: { x: '2', y: '1' } }),
  solve('E = m*c^2', { json: ['E / c^2'] }, { variable: 'm' }),
  solve('exp(x) = 5', { roots: [Math.log(5)] }),
  solve('cos(x) = x', { roots: [0.7390851332151607] }),
  solve('sin(x) = 1/2', { json: ['pi / 6', '5 * pi / 6'] }),
  solve('cos(2x) = cos(x)', { json: ['0', '2 * pi / 3', '4 * pi / 3'] }),
  solve('sqrt(x + 1) = x - 1', { json: ['3'] }),
  solve('abs(x - 1) = 3', { json: ['-2', '4'] }),
  solve('x * exp(x) = 1', { roots: [0.5671432904097838] }),
  solve('a*x^2 + b*x + c = 0', { code: 'BAD_INPUT' }),
  solve('exp(x) = 0', { code: 'UNSOLVED' }),
  solve('x < 4', { code: 'BAD_INPUT' }),
  // Doubles find its middle roots to one digit only.
  solve(TWENTY.map((k) => `(x - ${k})`).join('*'), { json: TWENTY.map(String) }),
  solve('sin(100x) = 0', { roots: [0, Math.PI / 100] }),
  solve('abs(x) = x', { code: 'UNSOLVED' }),
  solve('sin(x^2) = 0', { code: 'UNSOLVED' }),
  solve('x + y = 1; 2x + 2y = 2', { code: 'UNSOLVED' }),

  factor('360', { text: '2^3 * 3^2 * 5' }),
  factor('2^67 - 1', { text: '193707721 * 761838257287' }),
  factor('x^2 - 5x + 6', { text: '(x - 2) * (x - 3)' }),
  factor('x^4 + 4', { text: '(x^2 - 2 * x + 2) * (x^2 + 2 * x + 2)' }),
  factor('6x^2 - 12x + 6', { text: '6 * (x - 1)^2' }),
  factor('x^3 + 3x^2*y + 3x*y^2 + y^3', { text: '(x + y)^3' }),
  factor('x*y + x + y + 1', { text: '(x + 1) * (y + 1)' }),
  factor('x^20 - 1', {
    text: '(x + 1) * (x - 1) * (x^2 + 1) * (x^4 - x^3 + x^2 - x + 1) * (x^4 + x^3 + x^2 + x + 1) * (x^8 - x^6 + x^4 - x^2 + 1)',
  }),
  factor('x^2 + 1', { text: 'x^2 + 1' }),
  factor('1/2', { code: 'UNSOLVED' }),

  limit('sin(x)/x', 0, { text: '1' }),
  limit('(1 + 1/x)^x', 'Infinity', { text: 'e' }),
  limit('(1 - cos(x))/x^2', 0, { text: '1/2' }),
  limit('1/x', 0, { text: 'does not exist' }),
  limit('1/x', 0, { text: 'Infinity' }, { direction: 'right' }),
  limit('abs(x)/x', 0, { text: '-1' }, { direction: 'left' }),
  limit('x * log(x)', 0, { text: '0' }),
  limit('x^x', 0, { text: '1' }, { direction: 'right' }),
  limit('sqrt(x^2 + x) - x', 'Infinity', { text: '1/2' }),
  limit('sqrt(x^2 + x) + x', '-Infinity', { text: '-1/2' }),
  limit('(3x^2 + 1)/(2x^2 + x)', 'Infinity', { text: '3/2' }),
  limit('floor(x)', 2, { text: 'does not exist' }),
  limit('sin(1/x)', 0, { code: 'UNSOLVED' }),
  limit('sin(x)', 'Infinity', { code: 'UNSOLVED' }),

  matrix('[[1, 2], [3, 4]]', { text: '-2' }, { action: 'determinant' }),
  matrix('det([[1, 2], [3, 4]])', { text: '-2' }),
  matrix(
    '[[1, 2], [3, 4]]',
    {
      json: [
        ['-2', '1'],
        ['1.5', '-0.5'],
      ],
    },
    { action: 'inverse' },
  ),
  matrix('[[2, 1], [1, 2]]', { json: ['1', '3'] }, { action: 'eigenvalues' }),
  matrix(
    '[[0, -1], [1, 0]]',
    {
      roots: [
        [0, 1],
        [0, -1],
      ],
    },
    { action: 'eigenvalues' },
  ),
  matrix('[[1, 2], [2, 4]]', { text: '1' }, { action: 'rank' }),
  matrix(
    '[[1, 2, 3], [4, 5, 6]]',
    {
      json: [
        ['1', '4'],
        ['2', '5'],
        ['3', '6'],
      ],
    },
    { action: 'transpose' },
  ),
  matrix(
    '[[1, 2], [3, 4]]',
    {
      json: [
        ['2', '1'],
        ['4', '3'],
      ],
    },
    { action: 'multiply', other: '[[0, 1], [1, 0]]' },
  ),
  matrix('[[2, 1], [1, 3]]', { json: [['0.8'], ['1.4']] }, { action: 'solve', other: '[3, 5]' }),
  matrix('[[a, b], [c, d]]', { same: 'a*d - b*c' }, { action: 'determinant' }),
  matrix('[[1, 2], [2, 4]]', { code: 'UNSOLVED' }, { action: 'inverse' }),
  matrix('[[1, 2], [3]]', { code: 'BAD_INPUT' }, { action: 'rank' }),
  matrix('[[1, 2, 3], [4, 5, 6]]', { code: 'BAD_INPUT' }, { action: 'determinant' }),

  statistics({ data: DATA, measures: ['mean', 'median', 'mode'] }, { json: { mean: 5, median: 4.5, mode: [4] } }),
  statistics({ data: DATA, measures: ['populationStandardDeviation'] }, { json: 2 }),
  statistics({ data: DATA, measures: ['variance'] }, { value: 32 / 7 }),
  statistics({ data: [0.1, 0.2, 0.3], measures: ['sum'] }, { json: 0.6 }),
  statistics({ data: [1e15, 1e15 + 1, 1e15 + 2], measures: ['variance'] }, { json: 1 }),
  statistics({ expression: 'mean([1, 2, 3, 4])' }, { json: 2.5 }),
  statistics({ expression: '1, 2, 3', measures: ['maximum', 'range'] }, { json: { maximum: 3, range: 2 } }),
  statistics({ data: [5], measures: ['variance'] }, { code: 'UNSOLVED' }),
  statistics({}, { code: 'BAD_INPUT' }),

  units('36 km/h to m/s', { text: '10 m / s' }),
  units('5 ft + 3 in to cm', { text: '160.02 cm' }),
  units('2 kg * 9.81 m/s^2', { text: '19.62 N' }, { to: 'N' }),
  units('100 degF to degC', { value: 340 / 9 }),
  units('180 deg to rad', { value: Math.PI }),
  units('1 kWh to J', { text: '3600000 J' }),
  units('5 kg to m', { code: 'BAD_INPUT' }),
  units('5 foo to km', { code: 'BAD_INPUT' }),
]
