import { Ajv, type AnySchema, type Options } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { RE2JS } from 're2js'

/** The most that a JSON Schema, or a configuration, may weigh, in bytes of JSON. */
const MAX_SCHEMA_BYTES = 50_000

/** Something that is wrong with what was sent: where, and what. */
export interface Problem {
  readonly path: string
  readonly message: string
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** What is wrong with an object that may weigh so much; null: nothing. */
const objectProblem = (value: unknown, path: string): Problem | null => {
  if (!isObject(value)) return { path, message: `${path} must be a JSON object` }
  const bytes = weigh(value)
  if (bytes === null) return { path, message: `${path} is nested too deeply` }
  return bytes > MAX_SCHEMA_BYTES
    ? { path, message: `${path} has ${bytes} bytes as JSON; at most ${MAX_SCHEMA_BYTES} are taken` }
    : null
}

const weigh = (value: unknown): number | null => {
  try {
    return Buffer.byteLength(JSON.stringify(value))
  } catch {
    return null
  }
}

/** RE2 in place of JavaScript's expressions, which a hostile pattern makes run for minutes. */
const re2 = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern)
    return { test: (text: string) => compiled.matcher(text).find(), toString: () => `re2:${pattern}` }
  },
  { code: 're2' },
)

const OPTIONS: Options = { strict: false, validateFormats: false, logger: false, code: { regExp: re2 } }

/** A fresh one each time: schemas of different agents may bear the same $id. */
const ajvFor = (schema: unknown): Ajv =>
  isObject(schema) && typeof schema['$schema'] === 'string' && schema['$schema'].includes('2020-12')
    ? new Ajv2020(OPTIONS)
    : new Ajv(OPTIONS)

/** What is wrong with a JSON Schema (draft 7 or 2020-12); null: nothing. */
export const schemaProblem = (schema: unknown, path: string): Problem | null => {
  const shape = objectProblem(schema, path)
  if (shape !== null) return shape
  try {
    const ajv = ajvFor(schema)
    if (ajv.validateSchema(schema as AnySchema) === true) return null
    return { path, message: `${path} is not a JSON Schema: ${ajv.errorsText(ajv.errors, { dataVar: 'it' })}` }
  } catch (error) {
    return { path, message: `${path} is not a JSON Schema: ${reason(error)}` }
  }
}

/** What is wrong with a JSON Schema that is to be used here, and so must compile; null: nothing. */
export const usableSchemaProblem = (schema: unknown, path: string): Problem | null => {
  const problem = schemaProblem(schema, path)
  if (problem !== null) return problem
  try {
    ajvFor(schema).compile(schema as AnySchema)
    return null
  } catch (error) {
    return { path, message: `${path} cannot be used: ${reason(error)}` }
  }
}

/** What is wrong with a configuration, by the schema that its agent registered (null: any object will do). */
export const configProblem = (config: unknown, configSchema: unknown): Problem | null => {
  const shape = objectProblem(config, 'config')
  if (shape !== null || configSchema === null) return shape
  const ajv = ajvFor(configSchema)
  const isValid = ajv.compile(configSchema as AnySchema)
  if (isValid(config) === true) return null
  const [first] = isValid.errors ?? []
  return { path: `config${first?.instancePath ?? ''}`, message: ajv.errorsText(isValid.errors, { dataVar: 'config' }) }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message.slice(0, 300) : 'unknown')
