import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Skill } from './agent.ts'

/** What is wrong with a task's input, by its skill's schema; null: nothing. */
export type InputCheck = (taskType: string, input: unknown) => string | null

const compile = (skill: Skill): ValidateFunction => {
  const options = { strict: false, allErrors: false, logger: false } as const
  const is2020 = String(skill.inputSchema['$schema']).includes('2020-12')
  try {
    return (is2020 ? new Ajv2020(options) : new Ajv(options)).compile(skill.inputSchema)
  } catch (error) {
    throw new Error(`The input schema of the skill ${skill.id} cannot be used: ${String(error)}`, { cause: error })
  }
}

/** Compiles the schemas of an agent's skills, once. Throws where one is no JSON Schema. */
export const inputCheck = (skills: readonly Skill[]): InputCheck => {
  const checks = new Map(skills.map((skill) => [skill.id, compile(skill)]))
  return (taskType, input) => {
    const isValid = checks.get(taskType)
    if (!isValid) return `this agent has no skill ${taskType}`
    if (isValid(input)) return null
    const [error] = isValid.errors ?? []
    return error ? `input${error.instancePath} ${error.message ?? 'is not valid'}` : 'input is not valid'
  }
}
