import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Skill } from './agent.ts'

/** What is wrong with a task's input, by its skill's schema; null: nothing. */
export type InputCheck = (taskType: string, input: unknown) => string | null

const compile = (skill: Skill): ValidateFunction => {
  // All errors, so that it can be told which alternative was meant.
  const options = { strict: false, allErrors: true, logger: false } as const
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
    return isValid(input) ? null : explain(isValid.errors ?? [])
  }
}

const ALTERNATIVE = /^#\/(?:anyOf|oneOf)\/(\d+)\//
const MOST_TOLD = 3

/**
 * Says what is wrong in a few words. Where the schema is a choice of shapes, told apart by a constant property, only the
 * errors of the shape that was meant are told; where none was, the constants that are known.
 */
const explain = (errors: readonly ErrorObject[]): string => {
  const alternatives = new Map<string | undefined, ErrorObject[]>()
  for (const error of errors) {
    const alternative = ALTERNATIVE.exec(error.schemaPath)?.[1]
    const list = alternatives.get(alternative)
    if (list) list.push(error)
    else alternatives.set(alternative, [error])
  }
  const common = alternatives.get(undefined) ?? []
  alternatives.delete(undefined)
  const meant = [...alternatives.values()].find((list) => !list.some(({ keyword }) => keyword === 'const'))
  if (meant) return tell(meant)
  const constants = errors.filter(({ keyword }) => keyword === 'const')
  const [first] = constants
  if (!first || alternatives.size === 0) return tell(common)
  const known = constants.map(({ params }) => String((params as { allowedValue: unknown }).allowedValue))
  return `input${first.instancePath} must be one of ${[...new Set(known)].join(', ')}`
}

const tell = (errors: readonly ErrorObject[]): string => {
  // That an `if` led to a `then` is not what is wrong: what its `then` says is told besides.
  const causes = errors.filter(({ keyword }) => keyword !== 'if')
  return causes.slice(0, MOST_TOLD).map(describe).join('; ') || 'input is not valid'
}

const describe = ({ instancePath, message, keyword, params }: ErrorObject): string => {
  const place = `input${instancePath}`
  if (keyword === 'additionalProperties')
    return `${place} must not have the property ${String(params['additionalProperty'])}`
  if (keyword === 'enum')
    return `${place} must be one of ${(params['allowedValues'] as unknown[]).slice(0, 20).join(', ')}`
  return `${place} ${message ?? 'is not valid'}`
}
