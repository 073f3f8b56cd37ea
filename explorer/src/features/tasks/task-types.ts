import type { TaskTypesQuery } from '../../generated/graphql.ts'
import { type Typed, fieldsOf } from './input-fields.ts'

export type TaskType = { id: string; description: string; inputSchema: unknown }

/** The task types that the fleet offers, each once, by name. */
export const taskTypesOf = ({ agents }: TaskTypesQuery): TaskType[] => {
  const types = new Map<string, TaskType>()
  for (const { skills } of agents.nodes)
    for (const skill of skills) if (!types.has(skill.id)) types.set(skill.id, skill)
  return [...types.values()].sort((one, other) => one.id.localeCompare(other.id))
}

/** What the form starts with: a task that can be submitted as it is, so that a first visitor sees one run. */
export const exampleOf = (typeId: string, schema: unknown): Typed => {
  const example: Typed = typeId === 'math.solve' ? { operation: 'integrate', expression: 'x^2 * sin(x)' } : {}
  const firstChoices = (fieldsOf(schema, example) ?? []).flatMap(({ name, kind, isRequired, choices }) =>
    kind === 'choice' && isRequired ? choices.slice(0, 1).map((choice): [string, string] => [name, choice]) : [],
  )
  return { ...Object.fromEntries<string>(firstChoices), ...example }
}
