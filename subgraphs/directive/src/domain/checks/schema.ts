import { type ErrorObject, Ajv, type Options, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { compilePattern } from '../pattern.ts'
import { pointerOf, segmentsOf } from '../pointer.ts'
import type { CheckOf } from '../rule.ts'
import { CheckError, type CheckOutcome, type CompiledCheck, cut, fail, isOutcome, partOf, pass } from './check.ts'

// ajv's own patterns backtrack: RE2 takes their place. ajv wants the text of a constructor for standalone code too.
const regExp = Object.assign((source: string) => compilePattern(source), { code: 'compilePattern' })

const OPTIONS: Options = {
  // A keyword that is misspelt must be refused, or it would be a check that always passes.
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  allErrors: false,
  // Two schemas may bear the same $id; none is kept after it was compiled.
  addUsedSchema: false,
  logger: false,
  code: { regExp },
}

let engines: { draft7: Ajv; draft2020: Ajv } | undefined

const withFormats = <A extends Ajv>(ajv: A): A => {
  formats.default(ajv)
  return ajv
}

/** Forgets ajv's state: after a time limit it may be half-way through a compilation. */
export const resetSchemas = (): void => {
  engines = undefined
}

const engineFor = (schema: unknown): Ajv => {
  engines ??= { draft7: withFormats(new Ajv(OPTIONS)), draft2020: withFormats(new Ajv2020(OPTIONS)) }
  const dialect = typeof schema === 'object' && schema !== null && '$schema' in schema ? schema.$schema : undefined
  return typeof dialect === 'string' && dialect.includes('draft-07') ? engines.draft7 : engines.draft2020
}

const compileSchema = (schema: boolean | Record<string, unknown>): ValidateFunction => {
  if (typeof schema === 'object' && '$async' in schema)
    throw new CheckError('$async is not supported', '/schema/$async')
  const ajv = engineFor(schema)
  const id = typeof schema === 'object' ? schema['$id'] : undefined
  // ajv would take it for the known one, and forget that one together with this.
  if (typeof id === 'string' && ajv.getSchema(id)) throw new CheckError(`$id: ${cut(id)} is taken`, '/schema/$id')
  try {
    return ajv.compile(schema)
  } catch (error) {
    // ajv builds the code of all parts as one nested expression, which exhausts the stack.
    if (error instanceof RangeError) {
      throw new CheckError('the schema has too many parts, or is nested too deeply: make it smaller', '/schema')
    }
    const message = error instanceof Error ? error.message : String(error)
    const remote = message.startsWith("can't resolve reference")
    throw new CheckError(
      remote ? `${cut(message)}: only references inside the schema are followed` : cut(message, 500),
      '/schema',
    )
  } finally {
    // ajv keeps what it compiled by the object's identity, for ever: we have a cache of our own.
    if (typeof schema === 'object') ajv.removeSchema(schema)
  }
}

/** Every key that the schema itself names: what it names may be shown to anybody who may see the schema. */
const keysOf = (schema: unknown, keys = new Set<string>()): Set<string> => {
  if (typeof schema !== 'object' || schema === null) return keys
  for (const [key, value] of Object.entries(schema)) {
    keys.add(key)
    if (typeof value === 'string') keys.add(value)
    keysOf(value, keys)
  }
  return keys
}

/** JSON Schema, draft 2020-12 or, where `$schema` says so, draft-07. The first error is reported. */
export const compile = (check: CheckOf<'schema'>): CompiledCheck => {
  const validate = compileSchema(check.schema)
  const known = keysOf(check.schema)
  return (input) => {
    const part = partOf(input, check.path)
    if (isOutcome(part)) return part
    const { value } = part
    if (validate(value)) return pass('It fits the schema.', { path: check.path, value })
    const [error] = validate.errors ?? []
    validate.errors = null
    return error
      ? violation(check, error, known, value)
      : fail('It does not fit the schema.', { path: check.path, value })
  }
}

const violation = (
  check: CheckOf<'schema'>,
  error: ErrorObject,
  known: ReadonlySet<string>,
  value: unknown,
): CheckOutcome => {
  const segments = segmentsOf(error.instancePath)
  // A key that only the result knows may say as much as a value.
  const shown = segments.map((segment) => (known.has(segment) || /^\d+$/.test(segment) ? segment : '*'))
  const found = valueAt(value, segments)
  const path = check.path + pointerOf(shown)
  return fail(`${path === '' ? 'The result' : `"${path}"`} ${wording(error)}.`, {
    path,
    value: { at: check.path + error.instancePath, found: found === undefined ? null : found },
  })
}

const valueAt = (value: unknown, segments: readonly string[]): unknown =>
  segments.reduce<unknown>(
    (current, segment) =>
      typeof current === 'object' && current !== null ? (current as Record<string, unknown>)[segment] : undefined,
    value,
  )

/** ajv's message and what the schema asked for; never what the result holds. */
const wording = (error: ErrorObject): string => {
  const message = error.message ?? 'does not fit the schema'
  const { params } = error as { params: Record<string, unknown> }
  if (error.keyword === 'enum') return cut(`${message}: ${JSON.stringify(params['allowedValues'])}`)
  if (error.keyword === 'const') return cut(`${message}: ${JSON.stringify(params['allowedValue'])}`)
  return cut(message)
}
