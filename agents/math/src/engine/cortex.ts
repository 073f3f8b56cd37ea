import { ComputeEngine } from '@cortex-js/compute-engine'
import type { Expression } from './expression.ts'
import type { MathJson } from './mathjson.ts'
import { fromMathJson, toMathJson, variableToMathJson } from './mathjson.ts'

/** What this engine uses of an expression of compute-engine. */
interface Boxed {
  readonly json: unknown
  readonly latex: string
  evaluate(): Boxed
  simplify(): Boxed
  N(): Boxed
  solve(variables: string): readonly Boxed[] | null
}

const engine = new ComputeEngine()

/** An engine with the rules of Rubi, once they are loaded: apart, for what they find is often less plain. */
let ruledEngine: ComputeEngine | undefined

function box(json: MathJson, by: ComputeEngine = engine): Boxed {
  return by.expr(json as never) as unknown as Boxed
}

/**
 * Runs something in a scope of its own, so that what compute-engine infers about a symbol in one problem is forgotten
 * in the next. Answers null where compute-engine throws or answers with something that this engine cannot express.
 */
function attempt(run: () => Boxed | null | undefined, by: ComputeEngine = engine): Expression | null {
  by.pushScope()
  try {
    const result = run()
    return result ? fromMathJson(result.json) : null
  } catch {
    return null
  } finally {
    by.popScope()
  }
}

export function evaluateExactly(expression: Expression): Expression | null {
  return attempt(() => box(toMathJson(expression)).evaluate())
}

export function approximate(expression: Expression): Expression | null {
  return attempt(() => box(toMathJson(expression)).N())
}

export function simplifySymbolically(expression: Expression): Expression | null {
  return attempt(() => box(toMathJson(expression)).simplify())
}

/** One of the heads that rewrite a single expression. */
export function rewrite(
  head: 'Expand' | 'Factor' | 'Together' | 'TrigReduce' | 'TrigExpand',
  expression: Expression,
): Expression | null {
  return attempt(() => box([head, toMathJson(expression)]).evaluate())
}

export function partialFractions(expression: Expression, variable: string): Expression | null {
  return attempt(() => box(['PartialFraction', toMathJson(expression), variableToMathJson(variable)]).evaluate())
}

export function differentiateSymbolically(expression: Expression, variable: string): Expression | null {
  return attempt(() => box(['D', toMathJson(expression), variableToMathJson(variable)]).evaluate())
}

/** `withRules`: also by the rules of Rubi, which must be loaded. */
export function integrateSymbolically(
  expression: Expression,
  variable: string,
  { withRules = false }: { withRules?: boolean } = {},
): Expression | null {
  const by = withRules ? ruledEngine : engine
  if (!by) return null
  return attempt(() => box(['Integrate', toMathJson(expression), variableToMathJson(variable)], by).evaluate(), by)
}

export function integrateBetween(
  expression: Expression,
  variable: string,
  bounds: { lower: Expression; upper: Expression },
): Expression | null {
  const limits: MathJson = ['Limits', variableToMathJson(variable), toMathJson(bounds.lower), toMathJson(bounds.upper)]
  return attempt(() => box(['Integrate', toMathJson(expression), limits]).evaluate())
}

/** `side` is 1 from above, -1 from below, 0 from both sides. */
export function limitOf(
  expression: Expression,
  variable: string,
  at: { point: Expression; side: -1 | 0 | 1 },
): Expression | null {
  const body: MathJson = ['Function', toMathJson(expression), variableToMathJson(variable)]
  return attempt(() => box(['Limit', body, toMathJson(at.point), ...(at.side === 0 ? [] : [at.side])]).evaluate())
}

/** The roots that compute-engine finds, in closed form where it has one; empty where it finds none. */
export function rootsOf(expression: Expression, variable: string): Expression[] {
  engine.pushScope()
  try {
    const roots = box(toMathJson(expression)).solve(variableToMathJson(variable)) ?? []
    return roots.map((root) => fromMathJson(root.json)).filter((root) => root !== null)
  } catch {
    return []
  } finally {
    engine.popScope()
  }
}

let warmUpMilliseconds = 400

/** Tells how long the warm-up of a worker took: what else is slow is measured by it. */
export function setWarmUpTime(milliseconds: number): void {
  warmUpMilliseconds = milliseconds
}

/** How long the rules will take to load and to be tried, on a machine as busy as it was; little once they are loaded. */
export function rulesMilliseconds(): number {
  return ruledEngine ? 0 : 15 * warmUpMilliseconds
}

/**
 * Loads the thousands of rules of Rubi, which integrate what the built-in methods do not. It takes about 3.5 s and
 * 150 MB, so it is done once in a worker, and only when an integral needs it.
 */
export async function loadIntegrationRules(): Promise<void> {
  if (ruledEngine) return
  const rules = await import('@cortex-js/compute-engine/integration-rules')
  const ruled = new ComputeEngine()
  rules.loadIntegrationRules(ruled)
  ruledEngine = ruled
}

/** Null where it is no LaTeX of a single expression. */
export function fromLatex(latex: string): Expression | null {
  return attempt(() => engine.parse(latex) as unknown as Boxed)
}
