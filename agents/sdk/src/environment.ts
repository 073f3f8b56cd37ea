import { hostname } from 'node:os'

/** What an agent is started with. */
export interface AgentEnvironment {
  /** MOTHERSHIP_URL: the mothership's address, http://localhost:4000 where nothing is said. */
  readonly url: string
  /** MOTHERSHIP_AGENT_SECRET: what `issueAgentCredential` showed; undefined where it must come another way. */
  readonly secret: string | undefined
  /** MOTHERSHIP_AGENT_INSTANCE: which of its processes it is; the machine's name where nothing is said. */
  readonly instance: string
  /** LOG_LEVEL: a level of pino; info where nothing is said. */
  readonly logLevel: string
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/**
 * Reads the environment. Throws an Error with all that is wrong in one line; `others` is what an agent found wrong with
 * variables of its own.
 */
export const readEnvironment = (
  variables: NodeJS.ProcessEnv = process.env,
  others: readonly string[] = [],
): AgentEnvironment => {
  const set = (name: string): string | undefined => variables[name]?.trim() || undefined
  const url = set('MOTHERSHIP_URL') ?? 'http://localhost:4000'
  const logLevel = set('LOG_LEVEL') ?? 'info'
  const problems = [
    ...others,
    ...(isHttp(url) ? [] : ['MOTHERSHIP_URL must be an address such as http://localhost:4000']),
    ...(LEVELS.includes(logLevel) ? [] : [`LOG_LEVEL must be one of ${LEVELS.join(', ')}`]),
  ]
  if (problems.length > 0) throw new Error(`The environment is not right. ${problems.join('; ')}.`)
  return {
    url,
    secret: set('MOTHERSHIP_AGENT_SECRET'),
    instance: set('MOTHERSHIP_AGENT_INSTANCE') ?? hostname(),
    logLevel,
  }
}

const isHttp = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
