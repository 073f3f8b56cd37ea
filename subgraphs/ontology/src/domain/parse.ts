import { BadUserInputError } from '@mothership/platform/errors'
import { jsonBytes, type JsonValue } from '@mothership/platform/json'
import { isStorable } from '@mothership/platform/storable'
import { isUuid } from '@mothership/platform/uuid'
import { z } from 'zod'
import { type Change, ChangeKind } from './change.ts'
import { Effect, Level, RelationType } from './node.ts'

/** The most changes that one edit may hold. */
const MAX_CHANGES = 1000
const MAX_RULE_BYTES = 20_000
const MAX_MESSAGE = 2000

const isStorableJson = (value: unknown): boolean => {
  if (typeof value === 'string') return isStorable(value)
  if (Array.isArray(value)) return value.every(isStorableJson)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorableJson(inner))
}

/** Text of 1 to `max` characters that can be stored. */
export const text = (max: number) =>
  z
    .string('must be text; leave it out to keep it')
    .trim()
    .min(1, `must have 1 to ${max} characters`)
    .max(max, `must have 1 to ${max} characters`)
    .refine(isStorable, 'holds a character that cannot be stored (NUL, or half of a surrogate pair)')
const portion = z
  .number('must be a number; leave it out to keep it')
  .gt(0, 'must be above 0, and at most 1')
  .lte(1, 'must be above 0, and at most 1')
const credence = z.number('must be a number; leave it out to keep it').gte(0, 'must be 0 to 1').lte(1, 'must be 0 to 1')
const reference = z.string('must be an id').transform((id) => id.toLowerCase())
const ownId = z
  .string()
  .nullish()
  .refine((id) => id === null || id === undefined || isUuid(id), 'must be a UUID; leave it out to be given one')
  .transform((id) => id?.toLowerCase() ?? null)
const note = text(MAX_MESSAGE)
  .nullish()
  .transform((given) => given ?? null)
const taskTypes = z
  .array(
    z
      .string()
      .max(100)
      .regex(
        /^[a-z0-9]+([._-][a-z0-9]+)*$/,
        'must be like math.solve: lower-case letters and digits, joined by . _ or -',
      ),
    'must be a list; leave it out to keep it',
  )
  .max(20, 'must name at most 20 task types')
  .transform((types) => [...new Set(types)])
const rule = z
  .custom<JsonValue>()
  .refine((value) => jsonBytes(value) <= MAX_RULE_BYTES, `must have at most ${MAX_RULE_BYTES} bytes as JSON`)
  .refine(isStorableJson, 'holds a character that cannot be stored (NUL, or half of a surrogate pair)')
const level = z.enum(Level).nullable()

const valueFields = { name: text(200), description: text(10_000), weight: portion }
const beliefFields = { name: text(200), description: text(10_000), credence, taskTypes, rule, level }

const createValue = z.object({ id: ownId, ...valueFields })
const updateValue = z.object({ id: reference, ...z.object(valueFields).partial().shape })
const createBelief = z.object({
  id: ownId,
  ...beliefFields,
  rule: rule.nullish().transform((given) => given ?? null),
  level: level.optional().transform((given) => given ?? null),
})
const updateBelief = z.object({
  id: reference,
  ...z.object({ ...beliefFields, rule: rule.nullable() }).partial().shape,
})
const relateBeliefs = z
  .object({ id: ownId, type: z.enum(RelationType), from: reference, to: reference, weight: portion, note })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'is the belief itself; it cannot bear on itself' })
const linkValue = z.object({
  id: ownId,
  belief: reference,
  value: reference,
  effect: z.enum(Effect),
  weight: portion,
})

const toPath = (path: string, parts: readonly PropertyKey[]): string =>
  parts.reduce<string>((at, part) => (typeof part === 'number' ? `${at}[${part}]` : `${at}.${String(part)}`), path)

/** Parses what a caller sent. Throws BadUserInputError with the path of the fault. */
export const parseWith = <S extends z.ZodType>(schema: S, input: unknown, path: string): z.output<S> => {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => ({ path: toPath(path, issue.path), message: issue.message }))
  throw faultyInput(problems)
}

/** The error for faults in what the caller sent: the first one's path, and all of them in `problems`. */
export const faultyInput = (problems: readonly { path: string; message: string }[]): BadUserInputError => {
  const [first] = problems
  if (!first) throw new Error('there is no problem to tell')
  const others = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return new BadUserInputError(`${first.path} ${first.message}${others}.`, { path: first.path, problems })
}

export interface ParseOptions {
  readonly kind: ChangeKind
  readonly input: unknown
  /** Where the input stands in what the caller sent. */
  readonly path: string
  /** Gives the id of what is created without one. */
  readonly newId: () => string
}

/** Parses one change. Throws BadUserInputError with the path of the fault. */
export const parseChange = ({ kind, input, path, newId }: ParseOptions): Change => {
  switch (kind) {
    case ChangeKind.createValue: {
      const { id, ...state } = parseWith(createValue, input, path)
      return { kind, path, id: id ?? newId(), state }
    }
    case ChangeKind.updateValue: {
      const { id, ...fields } = parseWith(updateValue, input, path)
      return { kind, path, id, fields: given(fields) }
    }
    case ChangeKind.createBelief: {
      const { id, ...state } = parseWith(createBelief, input, path)
      return { kind, path, id: id ?? newId(), state }
    }
    case ChangeKind.updateBelief: {
      const { id, ...fields } = parseWith(updateBelief, input, path)
      return { kind, path, id, fields: given(fields) }
    }
    case ChangeKind.relateBeliefs: {
      const { id, ...state } = parseWith(relateBeliefs, input, path)
      return { kind, path, id: id ?? newId(), state }
    }
    case ChangeKind.linkValue: {
      const { id, ...state } = parseWith(linkValue, input, path)
      return { kind, path, id: id ?? newId(), state }
    }
    case ChangeKind.deleteValue:
    case ChangeKind.deleteBelief:
    case ChangeKind.unrelateBeliefs:
    case ChangeKind.unlinkValue:
      return { kind, path, id: parseWith(reference, input, path) }
  }
}

/** The fields that were given; a field that is undefined was left out. */
const given = <F extends object>(fields: F): { [K in keyof F]?: Exclude<F[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined)) as {
    [K in keyof F]?: Exclude<F[K], undefined>
  }

const isChangeKind = (key: string): key is ChangeKind => key in ChangeKind

/** Parses a list of changes, each of which gives exactly one field. Throws BadUserInputError with the path. */
export const parseChanges = (inputs: readonly object[], newId: () => string): Change[] => {
  if (inputs.length === 0 || inputs.length > MAX_CHANGES) {
    throw faultyInput([{ path: 'changes', message: `has ${inputs.length} changes; it must have 1 to ${MAX_CHANGES}` }])
  }
  return inputs.map((input, place) => {
    const path = `changes[${place}]`
    const entries = Object.entries(input)
    const [entry] = entries
    if (!entry || entries.length > 1 || !isChangeKind(entry[0]) || entry[1] === null || entry[1] === undefined) {
      throw faultyInput([{ path, message: `must give exactly one of ${Object.keys(ChangeKind).join(', ')}` }])
    }
    return parseChange({ kind: entry[0], input: entry[1], path: `${path}.${entry[0]}`, newId })
  })
}

/** Parses the message of an edit. Throws BadUserInputError. */
export const parseMessage = (message: string | null | undefined): string | null =>
  message === null || message === undefined || message.trim() === ''
    ? null
    : parseWith(text(MAX_MESSAGE), message, 'message')
