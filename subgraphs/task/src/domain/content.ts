import { createHash } from 'node:crypto'
import { canonicalJson } from '@mothership/platform/json'
import { isStorable } from '@mothership/platform/storable'

/** What an agent did: its plan, its steps, its evidence, what it used. */
export interface Trace {
  readonly plan?: readonly string[] | null | undefined
  readonly steps?: readonly TraceStep[] | null | undefined
  readonly evidence?: readonly { readonly type: string; readonly data: unknown }[] | null | undefined
  readonly tokens?: number | null | undefined
  readonly usd?: number | null | undefined
}
export interface TraceStep {
  readonly name: string
  /** ISO 8601, by the agent's clock. */
  readonly at: string
  readonly data?: unknown
}

/** SHA-256 of a text, as hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What tells one plan from another; no plan has a hash, too. */
export const planHashOf = (plan: readonly string[] | null): string => sha256(canonicalJson(plan))

/**
 * The whole trace of an attempt: what it reported while it ran can not be taken back, and what its last word repeats is
 * not counted twice.
 */
export const mergeTrace = (
  held: { plan: readonly string[] | null; steps: readonly TraceStep[] },
  last: Trace | null,
  textOf: (step: TraceStep) => string,
): Trace => {
  const seen = new Map<string, number>()
  for (const step of held.steps) seen.set(textOf(step), (seen.get(textOf(step)) ?? 0) + 1)
  const added = (last?.steps ?? []).filter((step) => {
    const count = seen.get(textOf(step)) ?? 0
    if (count > 0) seen.set(textOf(step), count - 1)
    return count === 0
  })
  const plan = held.plan ?? last?.plan
  return {
    ...(plan && { plan }),
    steps: [...held.steps, ...added],
    ...(last?.evidence && { evidence: last.evidence }),
    ...(last?.tokens != null && { tokens: last.tokens }),
    ...(last?.usd != null && { usd: last.usd }),
  }
}

const MAX_DEPTH = 100

/**
 * Why a value can not be kept as JSON; null: it can. PostgreSQL takes neither U+0000 nor half of a surrogate pair, and
 * nobody who reads it should have to follow it deeper than 100 levels.
 */
export const problemWithJson = (value: unknown, path: string): { path: string; message: string } | null => {
  const pending: { value: unknown; path: string; depth: number }[] = [{ value, path, depth: 0 }]
  for (let item = pending.pop(); item; item = pending.pop()) {
    const { value: inner, path: at, depth } = item
    if (typeof inner === 'string' && !isStorable(inner)) return { path: at, message: UNSTORABLE }
    if (typeof inner === 'number' && !Number.isFinite(inner)) return { path: at, message: 'is not a finite number' }
    if (typeof inner !== 'object' || inner === null) continue
    if (depth === MAX_DEPTH) return { path, message: `is nested deeper than ${MAX_DEPTH} levels` }
    for (const [key, child] of Object.entries(inner)) {
      if (!isStorable(key)) return { path: at, message: `has a key that ${UNSTORABLE}` }
      pending.push({ value: child, path: Array.isArray(inner) ? `${at}[${key}]` : `${at}.${key}`, depth: depth + 1 })
    }
  }
  return null
}

const UNSTORABLE = 'holds U+0000 or half of a surrogate pair, which can not be kept'
