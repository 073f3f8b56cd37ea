import { compilePattern, type Pattern, PatternError } from '../pattern.ts'
import type { CheckOf } from '../rule.ts'
import { CheckError, type CompiledCheck, cut, fail, isOutcome, kindOf, partOf, pass } from './check.ts'

const compileOrRefuse = (source: string): Pattern => {
  try {
    return compilePattern(source)
  } catch (error) {
    if (error instanceof PatternError) throw new CheckError(cut(error.message, 500), '/pattern')
    throw error
  }
}

/** Every text within a JSON value, keys included. */
function* textsIn(value: unknown): Generator<string> {
  const pending = [value]
  while (pending.length > 0) {
    const next = pending.pop()
    if (typeof next === 'string') yield next
    else if (Array.isArray(next)) for (const item of next) pending.push(item)
    else if (typeof next === 'object' && next !== null) {
      for (const [key, item] of Object.entries(next)) {
        yield key
        pending.push(item)
      }
    }
  }
}

/**
 * RE2 over a text: any part of it may match. With `negate` no part may, and an object or a list is then searched
 * through: no text within it may match, so that `path: ""` guards the whole result.
 */
export const compile = (check: CheckOf<'regex'>): CompiledCheck => {
  const pattern = compileOrRefuse(check.pattern)
  const shown = cut(check.pattern, 100)
  const { path } = check
  return (input) => {
    const part = partOf(input, path)
    if (isOutcome(part)) return part
    const { value } = part
    if (check.negate) {
      for (const text of textsIn(typeof value === 'number' || typeof value === 'boolean' ? String(value) : value)) {
        if (pattern.test(text)) return fail(`A text here matches ${shown}, which it must not.`, { path, value: text })
      }
      return pass(`Nothing here matches ${shown}.`, { path, value })
    }
    if (typeof value !== 'string') return fail(`A text was expected here, not ${kindOf(value)}.`, { path, value })
    if (pattern.test(value)) return pass(`It matches ${shown}.`, { path, value })
    return fail(`It does not match ${shown}. Rewrite it so that it does.`, { path, value })
  }
}
