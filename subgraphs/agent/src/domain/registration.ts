import type { Skill } from './agent.ts'
import { type Problem, schemaProblem, usableSchemaProblem } from './schemas.ts'

/** How an agent introduces itself. */
export interface Registration {
  readonly name: string
  readonly version: string
  readonly instance: string
  readonly skills: readonly Skill[]
  readonly concurrency: number
  /** A JSON Schema, or null where any object may configure it. */
  readonly configSchema: unknown
}

const MAX_SKILLS = 50
const MAX_CONCURRENCY = 100
/** The most that the skills and the configSchema of a registration may weigh together, in bytes of JSON. */
const MAX_BYTES = 1_000_000
const TASK_TYPE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** What is wrong with a registration: the first thing, or null. */
export const registrationProblem = (registration: Registration): Problem | null =>
  textProblem(registration.name, 'input.name', 100) ??
  textProblem(registration.version, 'input.version', 100) ??
  textProblem(registration.instance, 'input.instance', 100) ??
  concurrencyProblem(registration.concurrency) ??
  skillsProblem(registration.skills) ??
  (registration.configSchema === null ? null : usableSchemaProblem(registration.configSchema, 'input.configSchema')) ??
  weightProblem(registration)

/** After each schema was found to be small, and so not nested too deeply to be weighed. */
const weightProblem = ({ skills, configSchema }: Registration): Problem | null => {
  const bytes = Buffer.byteLength(JSON.stringify([skills, configSchema]))
  return bytes <= MAX_BYTES
    ? null
    : {
        path: 'input.skills',
        message: `the skills and their schemas have ${bytes} bytes as JSON; at most ${MAX_BYTES} are taken`,
      }
}

/** What is wrong with a short text: empty, too long, or with control characters in it. */
export const textProblem = (text: string, path: string, longest: number): Problem | null => {
  if (text.trim() === '' || text.length > longest) {
    return { path, message: `${path} has ${text.length} characters; it takes 1 to ${longest}` }
  }
  return /\p{Cc}/u.test(text) ? { path, message: `${path} has control characters in it` } : null
}

const concurrencyProblem = (concurrency: number): Problem | null =>
  concurrency >= 1 && concurrency <= MAX_CONCURRENCY
    ? null
    : { path: 'input.concurrency', message: `concurrency is ${concurrency}; it may be 1 to ${MAX_CONCURRENCY}` }

const skillsProblem = (skills: readonly Skill[]): Problem | null => {
  if (skills.length < 1 || skills.length > MAX_SKILLS) {
    return { path: 'input.skills', message: `${skills.length} skills were given; an agent has 1 to ${MAX_SKILLS}` }
  }
  const seen = new Set<string>()
  for (const [index, skill] of skills.entries()) {
    const path = `input.skills[${index}]`
    if (seen.has(skill.id)) return { path: `${path}.id`, message: `the skill ${skill.id} is given twice` }
    seen.add(skill.id)
    const problem = skillProblem(skill, path)
    if (problem !== null) return problem
  }
  return null
}

const skillProblem = (skill: Skill, path: string): Problem | null =>
  (TASK_TYPE.test(skill.id)
    ? null
    : {
        path: `${path}.id`,
        message: 'a task type has letters, digits, dots, dashes and underscores, at most 100, e.g. math.solve',
      }) ??
  (skill.description.length <= 2_000
    ? null
    : { path: `${path}.description`, message: 'a description has at most 2,000 characters' }) ??
  schemaProblem(skill.inputSchema, `${path}.inputSchema`) ??
  schemaProblem(skill.outputSchema, `${path}.outputSchema`)
