import { createRequire } from 'node:module'
import type * as MathJsModule from 'mathjs'
import type { EvalFunction, FactoryFunctionMap, MathJsInstance, MathNode } from 'mathjs'
import { correctUnits } from './mathjs-units.ts'

type MathJs = typeof MathJsModule

// The one-file build: in a worker it loads in 75 ms, the module build of a thousand files in 1,500 ms.
const library = createRequire(import.meta.url)('mathjs/lib/browser/math.js') as MathJs

/** What an expression could use to leave the sandbox; functions.ts does not list them either. */
const FORBIDDEN = [
  'import',
  'createUnit',
  'deleteUnit',
  'evaluate',
  'parse',
  'parser',
  'compile',
  'simplify',
  'simplifyCore',
  'simplifyConstant',
  'rationalize',
  'derivative',
  'resolve',
  'symbolicEqual',
  'leafCount',
  'help',
]

interface Instance {
  readonly math: MathJsInstance
  readonly parse: (text: string) => MathNode
  readonly derivative: (expression: MathNode, variable: string) => MathNode
  readonly simplify: (expression: MathNode) => MathNode
  readonly rationalize: (expression: MathNode) => MathNode
}

function createInstance(number: 'number' | 'BigNumber', precision: number): Instance {
  const math = library.create(library.all as FactoryFunctionMap)
  // The one-file build overlooks a configuration that is passed to create().
  math.config({ number, precision })
  // What counts as equal, for floor and its like: as near as the digits allow.
  if (number === 'BigNumber') math.config({ relTol: 1e-60, absTol: 1e-63 })
  correctUnits(math)
  const { derivative, simplify, rationalize } = math
  const parse = math.parse.bind(math) as (text: string) => MathNode
  const refusals: Record<string, unknown> = {}
  for (const name of FORBIDDEN) {
    refusals[name] = () => {
      throw new Error(`${name} is not available in an expression`)
    }
  }
  math.import(refusals, { override: true })
  return {
    math,
    parse,
    derivative: (expression, variable) => derivative(expression, variable, { simplify: false }),
    simplify: (expression) => simplify(expression, {}, { context: 'real' } as never),
    rationalize: (expression) => rationalize(expression),
  }
}

/** Doubles, and complex numbers where a function leaves the reals. */
export const doubles: Instance = createInstance('number', 64)

/** 64 digits: for parsing without loss, and where doubles cancel. */
export const decimals: Instance = createInstance('BigNumber', 64)

/** A value that an expression took at a point. */
export interface Sample {
  readonly re: number
  readonly im: number
}

export type Evaluate = (scope: ReadonlyMap<string, unknown>) => Sample | null

/** Reads what mathjs answered; null where it is no finite number. */
export function toSample(value: unknown): Sample | null {
  const sample = readSample(value)
  return sample && Number.isFinite(sample.re) && Number.isFinite(sample.im) ? sample : null
}

function readSample(value: unknown): Sample | null {
  if (typeof value === 'number') return { re: value, im: 0 }
  if (typeof value === 'bigint') return { re: Number(value), im: 0 }
  if (typeof value !== 'object' || value === null) return null
  if (decimals.math.isBigNumber(value)) return { re: value.toNumber(), im: 0 }
  if (doubles.math.isComplex(value) || decimals.math.isComplex(value)) {
    const { re, im } = value as { re: number; im: number }
    return { re, im }
  }
  return null
}

/** Compiles text in the syntax of mathjs, which must come from print.ts; evaluation never throws. */
export function compileText(instance: Instance, text: string): Evaluate {
  let compiled: EvalFunction
  try {
    compiled = instance.parse(text).compile()
  } catch {
    return () => null
  }
  return (scope) => {
    try {
      return toSample(compiled.evaluate(new Map(scope)))
    } catch {
      return null
    }
  }
}
