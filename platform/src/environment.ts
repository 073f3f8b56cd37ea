import { isIP } from 'node:net'
import { z } from 'zod'

/** Why a process cannot start: one line that says what is wrong and how to mend it. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartError'
  }
}

/** What an error of a driver or of the operating system says, in one line, for a StartError. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message
  return error instanceof Error ? (error.message.split('\n')[0] ?? 'unknown') : String(error)
}

type Source = Readonly<Record<string, string | undefined>>

/**
 * Parses the environment of a process. An empty variable counts as one that is not set.
 * Throws StartError with a list of all that is wrong.
 */
export const parseEnvironment = <S extends z.ZodObject>(schema: S, source: Source): z.infer<S> => {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new StartError(`The environment is not right. ${faults.join('; ')}.`)
}

export const portVariable = z.coerce
  .number({ error: 'must be a number' })
  .int('must be a whole number')
  .min(0, 'must be 0 to 65535')
  .max(65_535, 'must be 0 to 65535')

const url = (protocols: readonly string[], example: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be a URL such as ${example}`,
  })

export const databaseUrlVariable = url(['postgres:', 'postgresql:'], 'postgresql://user@host:5432/mothership')
export const redisUrlVariable = url(['redis:', 'rediss:'], 'redis://host:6379')
export const httpUrlVariable = url(['http:', 'https:'], 'http://host:4001/graphql')
/** Networks that have a name: those of this machine, of its links, and private ones. */
const NAMED_NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal'])

const isNetwork = (text: string): boolean => {
  if (NAMED_NETWORKS.has(text)) return true
  const [address = '', length, ...rest] = text.split('/')
  const bits = isIP(address) === 4 ? 32 : 128
  const isLength = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) >= 1 && Number(length) <= bits)
  return isIP(address) !== 0 && isLength && rest.length === 0
}

/** A list with commas, as an array. */
export const networksVariable = z
  .string()
  .transform((text) => text.split(',').map((network) => network.trim()))
  .refine((networks) => networks.every(isNetwork), {
    error: 'must be addresses or networks such as 10.0.0.7, 10.0.0.0/8 or uniquelocal, with commas between them',
  })
export const identitySecretVariable = z
  .string({ error: 'must be set: at least 32 random characters, the same for the gateway and all subgraphs' })
  .min(32, 'must have at least 32 characters')
export const logLevelVariable = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
  error: 'must be fatal, error, warn, info, debug, trace or silent',
})

/** The variables of a subgraph that runs as a process of its own. */
export const subgraphEnvironment = z.object({
  PORT: portVariable.default(4001),
  HOST: z.string().default('0.0.0.0'),
  DATABASE_URL: databaseUrlVariable,
  REDIS_URL: redisUrlVariable,
  MOTHERSHIP_IDENTITY_SECRET: identitySecretVariable,
  LOG_LEVEL: logLevelVariable.default('info'),
  ONTOLOGY_URL: httpUrlVariable.optional(),
  DIRECTIVE_URL: httpUrlVariable.optional(),
  TASK_URL: httpUrlVariable.optional(),
  AGENT_URL: httpUrlVariable.optional(),
})
export type SubgraphEnvironment = z.infer<typeof subgraphEnvironment>

/** Reads the environment of this process, a subgraph's. */
export const readSubgraphEnvironment = (): SubgraphEnvironment => parseEnvironment(subgraphEnvironment, process.env)
