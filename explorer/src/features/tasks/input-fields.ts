/** One control of the form. */
export type InputField = {
  name: string
  kind: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'json'
  choices: string[]
  description: string | null
  isRequired: boolean
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
 * The controls for a JSON Schema of a task's input: its properties, as far as the chosen operation knows them. What an
 * operation requires and knows is read from alternatives (`oneOf`, `anyOf`) or conditions (`allOf` of `if` and `then`).
 * Null where the schema is no object with properties; raw JSON is then the way in.
 */
export const fieldsOf = (schema: unknown, typed: Typed): InputField[] | null => {
  if (!isSchema(schema)) return null
  const chosen = typed[discriminator] ?? ''
  const alternatives = alternativesOf(schema).filter((each) => isSchema(each['properties']))
  const operations = [...new Set(alternatives.flatMap(operationsOf))]
  const alternative = alternatives.find((each) => operationsOf(each).includes(chosen)) ?? alternatives[0] ?? {}
  const { required, known, thens } = conditionsOf(schema, chosen)
  const fields = [schema, alternative, ...thens]
    .flatMap(readFields)
    .filter(({ name }) => known === null || name === discriminator || known.includes(name))
    .map((field) => ({
      ...field,
      isRequired: field.isRequired || required.includes(field.name),
      choices: field.name === discriminator && operations.length > 0 ? operations : field.choices,
    }))
  const byName = new Map(fields.map((field) => [field.name, field]))
  return byName.size === 0 ? null : inOrder([...byName.values()])
}

/** The operation first, then what is needed, then what may be left out. */
const inOrder = (fields: InputField[]): InputField[] => {
  const rank = ({ name, isRequired }: InputField) => (name === discriminator ? 0 : isRequired ? 1 : 2)
  return fields.sort((one, other) => rank(one) - rank(other))
}

/** What the conditions on the operation say of it: what it requires, and (`propertyNames`) all that it knows. */
const conditionsOf = (schema: Schema, operation: string) => {
  const thens = listOf(schema['allOf']).flatMap((condition) => {
    const { if: when, then } = condition
    return isSchema(when) && isSchema(then) && operationsOf(when).includes(operation) ? [then] : []
  })
  const names = thens.map((then) => then['propertyNames']).find(isSchema)
  return {
    thens,
    required: thens.flatMap((then) => words(then['required'])),
    known: names ? words(names['enum']) : null,
  }
}

/** The task's input from what was typed, or what is wrong with it, by field. Empty optional fields are left out. */
export const readInput = (
  fields: readonly InputField[],
  typed: Typed,
): { input: Record<string, unknown> } | { errors: Record<string, string> } => {
  const input: Record<string, unknown> = {}
  const errors: Record<string, string> = {}
  for (const field of fields) {
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

const readFields = (schema: Schema): InputField[] => {
  if (!isSchema(schema['properties'])) return []
  const required = words(schema['required'])
  return Object.entries(schema['properties']).map(([name, property]) => ({
    name,
    ...kindOf(property),
    description: isSchema(property) && typeof property['description'] === 'string' ? property['description'] : null,
    isRequired: required.includes(name),
  }))
}

const kindOf = (property: unknown): Pick<InputField, 'kind' | 'choices'> => {
  if (!isSchema(property)) return { kind: 'json', choices: [] }
  if (typeof property['const'] === 'string') return { kind: 'choice', choices: [property['const']] }
  const choices = words(property['enum'])
  if (choices.length > 0) return { kind: 'choice', choices }
  const types = [property, ...alternativesOf(property)].map((each) => each['type']).flat()
  // What may be text is typed as text: "pi/2" where a number would do as well.
  if (types.includes('string')) return { kind: 'text', choices: [] }
  const [type] = types
  if (type === 'number' || type === 'integer' || type === 'boolean') return { kind: type, choices: [] }
  return { kind: 'json', choices: [] }
}

const operationsOf = (alternative: Schema): string[] => {
  const properties = alternative['properties']
  return isSchema(properties) ? kindOf(properties[discriminator]).choices : []
}

const alternativesOf = (schema: Schema): Schema[] => [schema['oneOf'], schema['anyOf']].flatMap(listOf)

const listOf = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isSchema) : [])
