/** One control of the form. `forOperations`: only where the operation is one of these; null: always. */
export type InputField = {
  name: string
  kind: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'json'
  choices: string[]
  description: string | null
  isRequired: boolean
  forOperations: string[] | null
}

/** What is typed, by the name of its field; a checkbox is 'true' or ''. */
export type Typed = Readonly<Record<string, string>>

type Schema = Record<string, unknown>

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const words = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
const discriminator = 'operation'

/**
 * The controls for a JSON Schema of a task's input: its properties, and those of its alternatives (`oneOf`, `anyOf`),
 * each shown for the operations that know it. Null where the schema is no object with properties; raw JSON is then
 * the way in.
 */
export const fieldsOf = (schema: unknown): InputField[] | null => {
  if (!isSchema(schema)) return null
  const alternatives = [...asList(schema['oneOf']), ...asList(schema['anyOf'])].filter((each) =>
    isSchema(each['properties']),
  )
  const fields = new Map<string, InputField>()
  for (const field of readFields(schema, null)) fields.set(field.name, field)
  for (const alternative of alternatives) {
    for (const field of readFields(alternative, operationsOf(alternative))) {
      const known = fields.get(field.name)
      fields.set(field.name, known ? joinFields(known, field) : field)
    }
  }
  return fields.size === 0 ? null : [...fields.values()]
}

/** The fields that the chosen operation knows. */
export const fieldsFor = (fields: readonly InputField[], typed: Typed): InputField[] =>
  fields.filter(({ forOperations }) => forOperations === null || forOperations.includes(typed[discriminator] ?? ''))

/** The task's input from what was typed, or what is wrong with it, by field. Empty optional fields are left out. */
export const readInput = (
  fields: readonly InputField[],
  typed: Typed,
): { input: Record<string, unknown> } | { errors: Record<string, string> } => {
  const input: Record<string, unknown> = {}
  const errors: Record<string, string> = {}
  for (const field of fieldsFor(fields, typed)) {
    const text = (typed[field.name] ?? '').trim()
    if (text === '' && !(field.kind === 'boolean' && field.isRequired)) {
      if (field.isRequired) errors[field.name] = `${labelOf(field.name)} is needed.`
      continue
    }
    const read = readField(field, text)
    if ('error' in read) errors[field.name] = read.error
    else input[field.name] = read.value
  }
  return Object.keys(errors).length > 0 ? { errors } : { input }
}

/** A task's input written as JSON, or what is wrong with it and where. */
export const readJson = (text: string): { value: unknown } | { error: string } => {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { error: `This is not JSON: ${error instanceof Error ? error.message : 'it cannot be read'}.` }
  }
}

/** `maxTerms` -> `Max terms`. */
export const labelOf = (name: string): string => {
  const spaced = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

const readField = (field: InputField, text: string): { value: unknown } | { error: string } => {
  if (field.kind === 'boolean') return { value: text === 'true' }
  if (field.kind === 'json') return readJson(text)
  if (field.kind !== 'number' && field.kind !== 'integer') return { value: text }
  const value = Number(text)
  if (Number.isNaN(value)) return { error: `${labelOf(field.name)} is a number, such as 3.5; “${text}” is none.` }
  if (field.kind === 'integer' && !Number.isInteger(value))
    return { error: `${labelOf(field.name)} is a whole number.` }
  return { value }
}

const readFields = (schema: Schema, forOperations: string[] | null): InputField[] => {
  if (!isSchema(schema['properties'])) return []
  const required = words(schema['required'])
  return Object.entries(schema['properties']).map(([name, property]) => ({
    name,
    ...kindOf(property),
    description: isSchema(property) && typeof property['description'] === 'string' ? property['description'] : null,
    isRequired: required.includes(name),
    forOperations: name === discriminator ? null : forOperations,
  }))
}

const kindOf = (property: unknown): Pick<InputField, 'kind' | 'choices'> => {
  if (!isSchema(property)) return { kind: 'json', choices: [] }
  if (typeof property['const'] === 'string') return { kind: 'choice', choices: [property['const']] }
  const choices = words(property['enum'])
  if (choices.length > 0) return { kind: 'choice', choices }
  const type = property['type']
  const isText = type === 'string' || (Array.isArray(type) && type.includes('string'))
  if (isText) return { kind: 'text', choices: [] }
  if (type === 'number' || type === 'integer' || type === 'boolean') return { kind: type, choices: [] }
  return { kind: 'json', choices: [] }
}

const joinFields = (one: InputField, other: InputField): InputField => ({
  ...one,
  kind: one.kind === other.kind ? one.kind : 'json',
  choices: [...new Set([...one.choices, ...other.choices])],
  description: one.description ?? other.description,
  isRequired: one.isRequired && other.isRequired,
  forOperations:
    one.forOperations && other.forOperations ? [...new Set([...one.forOperations, ...other.forOperations])] : null,
})

const operationsOf = (alternative: Schema): string[] | null => {
  const properties = alternative['properties']
  const { choices } = kindOf(isSchema(properties) ? properties[discriminator] : null)
  return choices.length > 0 ? choices : null
}

const asList = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isSchema) : [])
