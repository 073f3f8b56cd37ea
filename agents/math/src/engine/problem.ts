import { z } from 'zod'
import { BOUNDS } from './bounds.ts'

const text = z.string().min(1).max(BOUNDS.expressionCharacters)
const numberOrText = z.union([z.number(), z.string().min(1).max(500)])

const expression = text.describe(
  'In the syntax of math.js, e.g. "x^2 * sin(x)"; LaTeX is read where it has a backslash.',
)
const variable = z
  .string()
  .min(1)
  .max(BOUNDS.variableCharacters)
  .optional()
  .describe('Which symbol is the unknown. Without it, the only symbol that is no constant.')

const evaluate = z.strictObject({
  operation: z.literal('evaluate'),
  expression,
  variable,
  values: z
    .record(z.string().max(BOUNDS.variableCharacters), numberOrText)
    .optional()
    .describe('A value for each symbol, e.g. {"x": 3} or {"r": "1/3"}.'),
})

const simplify = z.strictObject({ operation: z.literal('simplify'), expression, variable })

const differentiate = z.strictObject({
  operation: z.literal('differentiate'),
  expression,
  variable,
  order: z.int().min(1).max(10).optional().describe('Which derivative: 1 unless it is given.'),
  point: numberOrText.optional().describe('Where its value is wanted as well.'),
})

const integrate = z.strictObject({
  operation: z.literal('integrate'),
  expression,
  variable,
  lower: numberOrText.optional().describe('With upper: a definite integral. "-Infinity" is allowed.'),
  upper: numberOrText.optional().describe('With lower: a definite integral. "Infinity" is allowed.'),
})

const solve = z.strictObject({
  operation: z.literal('solve'),
  expression: text.describe(
    'An equation, e.g. "x^2 = 4"; without "=", what shall be zero. Linear equations in several unknowns are separated by ";".',
  ),
  variable,
  domain: z
    .enum(['complex', 'real'])
    .optional()
    .describe(
      'Which roots of a polynomial are wanted: complex unless it is given. Other equations are solved over the reals.',
    ),
})

const factor = z.strictObject({ operation: z.literal('factor'), expression, variable })

const limit = z.strictObject({
  operation: z.literal('limit'),
  expression,
  variable,
  point: numberOrText.describe('What the variable approaches: a number, "pi/2", "Infinity" or "-Infinity".'),
  direction: z.enum(['both', 'left', 'right']).optional().describe('From below (left), from above (right), or both.'),
})

const matrix = z.strictObject({
  operation: z.literal('matrix'),
  expression: text.describe('E.g. "[[1, 2], [3, 4]]", "[[1, 2], [3, 4]] * [[5], [6]]" or "det([[1, 2], [3, 4]])".'),
  variable,
  action: z
    .enum(['evaluate', 'determinant', 'inverse', 'eigenvalues', 'rank', 'transpose', 'trace', 'multiply', 'solve'])
    .optional()
    .describe('What to do with the matrix: evaluate unless it is given.'),
  other: text.optional().describe('The second matrix of multiply, or the right side of solve.'),
})

const MEASURES = [
  'count',
  'sum',
  'mean',
  'median',
  'mode',
  'minimum',
  'maximum',
  'range',
  'variance',
  'standardDeviation',
  'populationVariance',
  'populationStandardDeviation',
  'lowerQuartile',
  'upperQuartile',
  'interquartileRange',
  'geometricMean',
  'harmonicMean',
  'skewness',
] as const

const statistics = z.strictObject({
  operation: z.literal('statistics'),
  expression: text.optional().describe('A list, "1, 2, 3" or "[1, 2, 3]", or one measure of it, "mean([1, 2, 3])".'),
  variable,
  data: z.array(z.number()).min(1).max(BOUNDS.data).optional(),
  measures: z.array(z.enum(MEASURES)).min(1).optional().describe('All of them unless it is given.'),
})

const units = z.strictObject({
  operation: z.literal('units'),
  expression: z
    .string()
    .min(1)
    .max(500)
    .describe('E.g. "3 km/h to m/s", "5 ft + 3 in to cm" or "2 kg * 9.81 m/s^2 to N".'),
  variable,
  to: z.string().min(1).max(100).optional().describe('The unit wanted, where the expression does not end in "to ...".'),
})

/** What the agent can be asked: one shape per operation. */
export const problemSchema = z.discriminatedUnion('operation', [
  evaluate,
  simplify,
  differentiate,
  integrate,
  solve,
  factor,
  limit,
  matrix,
  statistics,
  units,
])

export type Problem = z.infer<typeof problemSchema>
export type OperationName = Problem['operation']
export type ProblemOf<Name extends OperationName> = Extract<Problem, { operation: Name }>
export type Measure = (typeof MEASURES)[number]
export { MEASURES }

/** Anything that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** What the agent answers. `answer` is text in the syntax of math.js, or a list or an object of such texts or numbers. */
export const resultSchema = z.looseObject({
  operation: z.string(),
  answer: z.json().describe('Text in the syntax of math.js, or a list or an object of such texts or numbers.'),
  latex: z.string().describe('The answer in LaTeX.'),
  exact: z.boolean().describe('Whether the answer is exact; else it is rounded to about 15 digits.'),
  approximate: z.json().optional().describe('The answer in doubles, where it is a number or a list of numbers.'),
  variable: z.string().optional(),
  domain: z.string().optional().describe('Where the answer holds, or in which numbers it was sought.'),
  assumptions: z.array(z.string()).optional().describe('What the answer takes for granted.'),
})

export interface MathResult {
  readonly answer: Json
  readonly latex: string
  readonly exact: boolean
  readonly approximate?: Json
  readonly variable?: string
  readonly domain?: string
  readonly assumptions?: readonly string[]
  readonly [extra: string]: Json | undefined
}

/** One thing that the engine did, and when. */
export interface TraceStep {
  readonly name: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly data?: Json
}

/** One independent confirmation of the answer. */
export interface Evidence {
  readonly type: string
  readonly data: Json
}

export interface Solution {
  readonly result: MathResult & { readonly operation: OperationName }
  readonly trace: { readonly steps: readonly TraceStep[]; readonly evidence: readonly Evidence[] }
}
