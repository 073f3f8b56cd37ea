import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  databaseUrlVariable,
  httpUrlVariable,
  identitySecretVariable,
  logLevelVariable,
  networksVariable,
  parseEnvironment,
  portVariable,
  redisUrlVariable,
  StartError,
} from '@mothership/platform/environment'
import { z } from 'zod'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The variables of the gateway: in the embedded mode, those of `npm start`; none of them is needed there. */
export const gatewayEnvironment = z.object({
  PORT: portVariable.default(4000),
  HOST: z.string().optional(),
  MOTHERSHIP_DATA: z.string().default('.mothership/data'),
  MOTHERSHIP_ADMIN_PASSWORD: z.string().min(8, 'must have at least 8 characters').max(200).optional(),
  MOTHERSHIP_IDENTITY_SECRET: identitySecretVariable.optional(),
  MOTHERSHIP_PUBLIC_URL: httpUrlVariable.optional(),
  MOTHERSHIP_TRUSTED_PROXIES: networksVariable.default([]),
  MOTHERSHIP_TOKEN_SECONDS: z.coerce
    .number({ error: 'must be a number of seconds' })
    .int('must be a whole number')
    .min(1, 'must be 1 to 3600')
    .max(3600, 'must be 1 to 3600')
    .default(600),
  DATABASE_URL: databaseUrlVariable.optional(),
  REDIS_URL: redisUrlVariable.optional(),
  LOG_LEVEL: logLevelVariable.default('info'),
  ONTOLOGY_URL: httpUrlVariable.optional(),
  DIRECTIVE_URL: httpUrlVariable.optional(),
  TASK_URL: httpUrlVariable.optional(),
  AGENT_URL: httpUrlVariable.optional(),
})

/** Where the subgraphs run: all in this process, or each at an address of its own. */
export type Topology =
  | { mode: 'embedded' }
  | { mode: 'distributed'; urls: Record<'ontology' | 'directive' | 'task' | 'agent', string>; identitySecret: string }

export interface GatewayEnvironment {
  port: number
  host: string
  /** A folder, or `memory`. */
  data: string
  adminPassword: string | undefined
  /** The address that people open; null: this machine's, at the port. */
  publicUrl: string | undefined
  /** Addresses and networks of the proxies in front of it: the address of whoever asks is told by them. */
  trustedProxies: readonly string[]
  /** How long a person's access token lives; its refresh token gets the next one. */
  tokenSeconds: number
  databaseUrl: string | undefined
  redisUrl: string | undefined
  logLevel: string
  path: string | undefined
  topology: Topology
}

/** Parses the environment of the gateway. Throws StartError with all that is wrong. */
export const parseGatewayEnvironment = (source: Readonly<Record<string, string | undefined>>): GatewayEnvironment => {
  const parsed = parseEnvironment(gatewayEnvironment, source)
  const topology = topologyOf(parsed)
  return {
    port: parsed.PORT,
    host: parsed.HOST ?? (topology.mode === 'embedded' ? '127.0.0.1' : '0.0.0.0'),
    data: parsed.MOTHERSHIP_DATA === 'memory' ? 'memory' : resolve(ROOT, parsed.MOTHERSHIP_DATA),
    adminPassword: parsed.MOTHERSHIP_ADMIN_PASSWORD,
    publicUrl: parsed.MOTHERSHIP_PUBLIC_URL,
    trustedProxies: parsed.MOTHERSHIP_TRUSTED_PROXIES,
    tokenSeconds: parsed.MOTHERSHIP_TOKEN_SECONDS,
    databaseUrl: parsed.DATABASE_URL,
    redisUrl: parsed.REDIS_URL,
    logLevel: parsed.LOG_LEVEL,
    path: source['PATH'],
    topology,
  }
}

const topologyOf = (parsed: z.infer<typeof gatewayEnvironment>): Topology => {
  const urls = {
    ontology: parsed.ONTOLOGY_URL,
    directive: parsed.DIRECTIVE_URL,
    task: parsed.TASK_URL,
    agent: parsed.AGENT_URL,
  }
  const given = Object.entries(urls).filter(([, url]) => url !== undefined)
  if (given.length === 0) return { mode: 'embedded' }
  const missing = [
    ...Object.entries(urls)
      .filter(([, url]) => url === undefined)
      .map(([name]) => `${name.toUpperCase()}_URL`),
    ...(parsed.DATABASE_URL === undefined ? ['DATABASE_URL'] : []),
    ...(parsed.REDIS_URL === undefined ? ['REDIS_URL'] : []),
    ...(parsed.MOTHERSHIP_IDENTITY_SECRET === undefined ? ['MOTHERSHIP_IDENTITY_SECRET'] : []),
  ]
  if (missing.length > 0) {
    throw new StartError(
      `The environment is not right. With addresses of subgraphs set, these must be set too: ${missing.join(', ')}. ` +
        'Without any of the four addresses, everything runs in one process.',
    )
  }
  return {
    mode: 'distributed',
    urls: Object.fromEntries(given) as Extract<Topology, { mode: 'distributed' }>['urls'],
    identitySecret: parsed.MOTHERSHIP_IDENTITY_SECRET as string,
  }
}

/** Reads the environment of this process, the gateway's. */
export const readGatewayEnvironment = (): GatewayEnvironment => parseGatewayEnvironment(process.env)
