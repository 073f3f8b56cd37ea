import { z } from 'zod'
import { problemSchema, resultSchema } from './engine/problem.ts'

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** What the agent registers: the task type that it can do, and the shapes of its input and output. */
export interface SkillCard {
  readonly id: string
  readonly version: string
  readonly description: string
  readonly inputSchema: JsonSchema
  readonly outputSchema: JsonSchema
}

interface Shape {
  readonly properties: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
}

/**
 * One object with the properties of every operation, and what each of them requires: a form can be made of it, and its
 * errors name a property, which those of a choice between ten objects do not. The engine checks the exact shape again.
 */
function describeInput(): JsonSchema {
  const { $schema, anyOf } = z.toJSONSchema(problemSchema, { io: 'input' }) as {
    $schema: string
    anyOf: readonly Shape[]
  }
  const operations = anyOf.map((shape) => shape.properties['operation']?.['const'])
  const properties: Record<string, JsonSchema> = {}
  for (const shape of anyOf) for (const [name, schema] of Object.entries(shape.properties)) properties[name] ??= schema
  properties['operation'] = { type: 'string', enum: operations }
  const conditions = anyOf.map(({ required = [] }, index) => ({
    if: { properties: { operation: { const: operations[index] } } },
    then: { required: required.filter((name) => name !== 'operation') },
  }))
  return {
    $schema,
    type: 'object',
    properties,
    required: ['operation'],
    additionalProperties: false,
    allOf: conditions,
  }
}

export const card: SkillCard = {
  id: 'math.solve',
  version: '0.1.0',
  description:
    'Evaluates, simplifies, differentiates, integrates, solves and factors expressions, finds limits, works on matrices, ' +
    'describes data and converts units. Every answer is confirmed by a second, independent way, and that evidence is sent ' +
    'with it; what cannot be solved or confirmed ends as a failure.',
  inputSchema: describeInput(),
  outputSchema: z.toJSONSchema(resultSchema, { io: 'output' }),
}
