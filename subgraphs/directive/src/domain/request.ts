import { createHash } from 'node:crypto'
import { canonicalJson } from '@mothership/platform/json'

/** The id of a directive's constraint: a UUID (version 8) of both ids, so that compiling again gives the same. */
export const constraintIdOf = (directiveId: string, beliefId: string): string => {
  const hex = createHash('sha256').update(`${directiveId} ${beliefId}`).digest('hex')
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

/** What is nested more deeply is shown to no model: each step of writing it would have to fear for the stack. */
const MAX_DEPTH = 200

/** Whether a value is nested no deeper than a model is shown. */
export const isShallow = (value: unknown): boolean => {
  const pending = [{ value, depth: 0 }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue
    if (next.depth === MAX_DEPTH) return false
    const depth = next.depth + 1
    for (const inner of Object.values(next.value)) pending.push({ value: inner, depth })
  }
  return true
}

/** JSON as it is compared and shown to models: keys sorted, texts in one form of Unicode and without blanks around them. */
export const normalised = (value: unknown): unknown =>
  JSON.parse(canonicalJson(value ?? null), (_key, inner: unknown) =>
    typeof inner === 'string' ? inner.normalize('NFC').trim() : inner,
  )

const MAX_TEXT = 2000
const MAX_VISITED = 10_000

/**
 * What a task is about, for a search: its type and the texts of its input, in their order, at most 2000 characters.
 * Without U+0000, which no subgraph takes in a text.
 */
export const taskText = (taskType: string, input: unknown): string => {
  const texts = [taskType]
  let length = taskType.length
  const pending = [input]
  for (let visited = 0; pending.length > 0 && visited < MAX_VISITED && length < MAX_TEXT; visited++) {
    const next = pending.pop()
    if (typeof next === 'string') {
      texts.push(next)
      length += next.length + 1
    } else if (typeof next === 'object' && next !== null) {
      // A stack gives the last first.
      const parts: unknown[] = Object.values(next)
      pending.push(...parts.slice(0, MAX_VISITED).reverse())
    }
  }
  return texts.join(' ').replaceAll('\0', ' ').slice(0, MAX_TEXT)
}
