import type { Phase } from '../directive.ts'
import { type Resolved, resolvePointer } from '../pointer.ts'

/** What a check answers. */
export const Outcome = { PASS: 'PASS', FAIL: 'FAIL', UNKNOWN: 'UNKNOWN' } as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]

interface TraceStep {
  readonly name: string
  readonly at: Date
  readonly data?: unknown
}

/** What an agent did. A field that it did not send is not there. */
export interface Trace {
  readonly plan?: readonly string[]
  readonly steps?: readonly TraceStep[]
  readonly evidence?: readonly { readonly type: string; readonly data: unknown }[]
  readonly tokens?: number
  readonly usd?: number
}

/** What checks look at. `result` is undefined where the agent answered nothing yet. */
export interface CheckInput {
  readonly phase: Phase
  readonly task: { readonly id: string | null; readonly type: string; readonly input: unknown }
  readonly result: unknown
  readonly trace: Trace
  readonly elapsedMilliseconds: number | null
}

/**
 * What a check found. `reason` never quotes the result, since people read it who may not see results; `value` does, cut
 * to size: what was found there, or in the trace, whatever the outcome is. `path` is a JSON Pointer into the result.
 */
export interface CheckOutcome {
  readonly outcome: Outcome
  readonly path: string | null
  readonly reason: string
  readonly value: string | null
}

/** A check that is ready to run, pure and synchronous. */
export type CompiledCheck = (input: CheckInput) => CheckOutcome

/** Thrown where a check cannot be compiled; `path` is a JSON Pointer into the check. */
export class CheckError extends Error {
  readonly path: string

  constructor(message: string, path: string) {
    super(message)
    this.path = path
  }
}

interface Found {
  path?: string
  value?: unknown
}

const outcome =
  (kind: Outcome) =>
  (reason: string, found: Found = {}): CheckOutcome => ({
    outcome: kind,
    path: found.path ?? null,
    reason,
    value: found.value === undefined ? null : excerpt(found.value),
  })

export const pass = outcome(Outcome.PASS)
export const fail = outcome(Outcome.FAIL)
export const unknown = outcome(Outcome.UNKNOWN)

/** What an agent is told that declared no plan where one is checked. */
export const NO_PLAN = 'No plan was declared. Declare the steps.'

const MAX_EXCERPT = 200

/** A value as text of at most 200 characters: JSON where it is no text. Only so much of it is written, however large it is. */
export const excerpt = (value: unknown): string => cut(typeof value === 'string' ? value : writeJson('', value))

/** Adds JSON to a text until that is longer than an excerpt. */
const writeJson = (text: string, value: unknown): string => {
  if (Array.isArray(value)) {
    return `${writeEach(`${text}[`, value.values(), (before, item) => writeJson(before, item ?? null))}]`
  }
  if (typeof value === 'string') return text + JSON.stringify(value.slice(0, MAX_EXCERPT))
  if (typeof value === 'bigint') return text + String(value)
  if (typeof value !== 'object' || value === null || value instanceof Date) return text + (JSON.stringify(value) ?? '')
  return `${writeEach(`${text}{`, membersOf(value), (before, [key, member]) => writeJson(`${before}${JSON.stringify(key)}:`, member))}}`
}

const writeEach = <T>(text: string, items: Iterable<T>, write: (before: string, item: T) => string): string => {
  let written = text
  for (const item of items) {
    if (written.length > MAX_EXCERPT) break
    written = write(written === text ? written : `${written},`, item)
  }
  return written
}

function* membersOf(value: object): Generator<[string, unknown]> {
  for (const key in value) {
    const member = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
    if (member !== undefined) yield [key, member]
  }
}

/** The beginning of a text, with an ellipsis where it goes on. Half a character, which a database refuses, is none. */
export const cut = (text: string, length = MAX_EXCERPT): string =>
  (text.length <= length ? text : `${text.slice(0, length - 1)}…`).toWellFormed()

/** How many names a reason lists. */
const MAX_LISTED = 10

/** Names for a reason: quoted, at most ten. */
export const list = (names: readonly string[]): string => {
  const shown = names.slice(0, MAX_LISTED).map((name) => `"${cut(name, 60)}"`)
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

/** The part of the result that a check is about, or the failure that it is not there. */
export const partOf = (input: CheckInput, path: string): (Resolved & { found: true }) | CheckOutcome => {
  if (input.result === undefined) return fail('There is no result. Answer with one.', { path })
  const part = resolvePointer(input.result, path)
  return part.found ? part : fail(`The result has nothing at "${part.at}". Put the value there.`, { path })
}

export const isOutcome = (part: Resolved | CheckOutcome): part is CheckOutcome => 'outcome' in part

/** A kind of JSON value, for a reason. */
export const kindOf = (value: unknown): string => {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a${typeof value === 'object' ? 'n object' : ` ${typeof value}`}`
}
