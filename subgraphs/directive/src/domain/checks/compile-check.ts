import type { Phase } from '../directive.ts'
import type { Check } from '../rule.ts'
import * as budget from './budget.ts'
import * as cel from './cel.ts'
import type { CompiledCheck } from './check.ts'
import * as evidence from './evidence.ts'
import * as judge from './judge.ts'
import * as range from './range.ts'
import * as regex from './regex.ts'
import * as schema from './schema.ts'
import * as steps from './steps.ts'

/** Compiles a check of a constraint of that phase. Throws CheckError; may run for long on a hostile check. */
export const compileCheck = (check: Check, phase: Phase): CompiledCheck => {
  switch (check.kind) {
    case 'schema':
      return schema.compile(check)
    case 'regex':
      return regex.compile(check)
    case 'range':
      return range.compile(check)
    case 'steps':
      return steps.compile(check)
    case 'evidence':
      return evidence.compile(check)
    case 'budget':
      return budget.compile(check)
    case 'cel':
      return cel.compile(check, phase)
    case 'judge':
      return judge.compile(check)
  }
}

const MAX_KEPT = 1000
const kept = new Map<string, CompiledCheck>()

/** `compileCheck`, which keeps the last 1000: tasks of one type are checked by the same constraints again and again. */
export const keptCheck = (check: Check, phase: Phase): CompiledCheck => {
  const key = `${phase} ${JSON.stringify(check)}`
  const known = kept.get(key)
  if (known) kept.delete(key)
  const compiled = known ?? compileCheck(check, phase)
  kept.set(key, compiled)
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break
    kept.delete(oldest)
  }
  return compiled
}

/** Forgets what a time limit may have left half-done. */
export const resetChecks = (): void => {
  kept.clear()
  schema.resetSchemas()
  cel.resetPatterns()
}
