import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Client, connect, postJson } from './client.ts'
import { freePort, isReady, listProcesses, type Program, startTypeScript, waitUntil } from './processes.ts'

/** How long a first start may take on a machine that is busy with other things. */
export const READY_MILLISECONDS = 300_000

/** The longest that there is: a token of ten minutes runs out in the middle of a story on a slow machine. */
const PATIENT = { MOTHERSHIP_TOKEN_SECONDS: '3600' }

export const ADMIN_PASSWORD = 'correct-horse-battery'

/** A whole Mothership: one process, or six. The stories are the same. */
export interface System {
  readonly mode: 'embedded' | 'distributed'
  readonly base: string
  readonly admin: Client
  /** The variables that a command beside it needs, to speak to the same installation. */
  readonly variables: Readonly<Record<string, string>>
  /** Makes an account and signs it in. */
  signUp(role: 'CURATOR' | 'OPERATOR' | 'VIEWER' | 'ADMIN'): Promise<Client & { username: string }>
  /** Ends the math agent by SIGKILL; another one takes over, by the supervisor or as a new process. */
  killAgent(): Promise<void>
  output(): string
  dispose(): Promise<void>
}

const { DATABASE_URL, REDIS_URL } = process.env

/** Starts the system in the mode that the environment asks for: distributed where DATABASE_URL and REDIS_URL are set. */
export const startSystem = async (variables: Record<string, string> = {}): Promise<System> =>
  DATABASE_URL !== undefined && REDIS_URL !== undefined
    ? startDistributed(DATABASE_URL, REDIS_URL, variables)
    : startEmbedded(variables)

export const isDistributed = DATABASE_URL !== undefined && REDIS_URL !== undefined

/** Signs in by name and password. */
export const signIn = async (base: string, username: string, password: string): Promise<Client> => {
  const { status, body } = await postJson(base, '/auth/token', { username, password })
  if (status !== 200) throw new Error(`${username} could not sign in: ${JSON.stringify(body)}`)
  return connect(base, body['accessToken'])
}

/** "Ten seconds are enough to answer, or to say why not", of the starter ontology. */
const BELIEF_IN_TEN_SECONDS = 'bf7187c4-75d7-51dc-a2b0-f5e079ca4bc0'

/** Lets tasks take two minutes: a slow machine may need more than ten seconds for what a story has done. */
export const giveTasksTime = async (admin: Client): Promise<void> => {
  const rule = { check: { kind: 'budget', milliseconds: 120_000 }, phase: 'RESULT', onFail: 'REJECT' }
  const update = 'mutation ($input: UpdateBeliefInput!) { updateBelief(input: $input) { id } }'
  await admin.data(update, { input: { id: BELIEF_IN_TEN_SECONDS, rule } })
}

const signUpAt =
  (base: string, admin: Client): System['signUp'] =>
  async (role) => {
    const username = `${role.toLowerCase()}-${randomUUID().slice(0, 8)}`
    const password = randomUUID()
    const { status, body } = await postJson(base, '/auth/accounts', { username, password, role }, admin.token)
    if (status !== 200) throw new Error(JSON.stringify(body))
    return { ...(await signIn(base, username, password)), username }
  }

/** The pid of the supervised agent: the only child of the gateway that runs its main.ts. */
export const childPids = async (pid: number): Promise<number[]> => {
  const all = await listProcesses()
  return all
    .filter(({ parent, command }) => parent === pid && command.includes('agents/math/src/main.ts'))
    .map((child) => child.pid)
}

const startEmbedded = async (variables: Record<string, string>): Promise<System> => {
  const folder = await mkdtemp(join(tmpdir(), 'mothership-e2e-'))
  const program = startTypeScript('gateway/src/main.ts', {
    PORT: '0',
    MOTHERSHIP_DATA: join(folder, 'data'),
    MOTHERSHIP_ADMIN_PASSWORD: ADMIN_PASSWORD,
    ...PATIENT,
    ...variables,
  })
  const dispose = async (): Promise<void> => {
    await program.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const open = async (): Promise<{ port: string | undefined; base: string; admin: Client }> => {
    const [, port] = await program.shows(/Mothership is at http:\/\/localhost:(\d+)/, READY_MILLISECONDS)
    const base = `http://127.0.0.1:${port}`
    await waitUntil(() => isReady(base), 'ready', READY_MILLISECONDS).catch(tellWith(program.output))
    return { port, base, admin: await signInToWork(base) }
  }
  const { port, base, admin } = await orElse(open, dispose)
  const killAgent = async (): Promise<void> => {
    const pids = await childPids(program.process.pid ?? -1)
    if (pids.length === 0) throw new Error('the gateway has no agent to kill')
    for (const pid of pids) process.kill(pid, 'SIGKILL')
  }
  return {
    mode: 'embedded',
    base,
    admin,
    variables: {
      PORT: port ?? '',
      MOTHERSHIP_DATA: join(folder, 'data'),
      MOTHERSHIP_ADMIN_PASSWORD: ADMIN_PASSWORD,
    },
    signUp: signUpAt(base, admin),
    killAgent,
    output: program.output,
    dispose,
  }
}

/** The admin's client of a system that is ready, whose tasks have time. */
const signInToWork = async (base: string): Promise<Client> => {
  const admin = await signIn(base, 'admin', ADMIN_PASSWORD)
  await giveTasksTime(admin)
  return admin
}

const tellWith =
  (output: () => string) =>
  (error: unknown): never => {
    throw new Error(`${String(error)}\n${output()}`)
  }

/** What did not start whole is ended: it would slow down all that comes after. */
const orElse = <T>(work: () => Promise<T>, dispose: () => Promise<void>): Promise<T> =>
  work().catch(async (error: unknown) => {
    await dispose()
    throw error
  })

const SUBGRAPHS = ['ontology', 'directive', 'task', 'agent'] as const

const startDistributed = async (
  server: string,
  redisUrl: string,
  variables: Record<string, string>,
): Promise<System> => {
  const database = await createDatabase(server)
  const ports = Object.fromEntries(await Promise.all(SUBGRAPHS.map(async (name) => [name, await freePort()] as const)))
  const gatewayPort = await freePort()
  const urls = Object.fromEntries(
    SUBGRAPHS.map((name) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${ports[name]}/graphql`]),
  )
  const shared = {
    ...urls,
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    MOTHERSHIP_IDENTITY_SECRET: randomBytes(32).toString('base64url'),
    HOST: '127.0.0.1',
    ...PATIENT,
    ...variables,
  }
  const programs: Program[] = SUBGRAPHS.map((name) =>
    startTypeScript(`subgraphs/${name}/src/main.ts`, { ...shared, PORT: String(ports[name]) }),
  )
  programs.push(
    startTypeScript('gateway/src/main.ts', {
      ...shared,
      PORT: String(gatewayPort),
      MOTHERSHIP_ADMIN_PASSWORD: ADMIN_PASSWORD,
    }),
  )
  const base = `http://127.0.0.1:${gatewayPort}`
  const output = (): string => programs.map((program) => program.output()).join('\n')
  const dispose = async (): Promise<void> => {
    await Promise.all(programs.map((program) => program.stop()))
    await database.drop()
  }
  const startAgent = async (admin: Client): Promise<Program> => {
    const { issueAgentCredential } = await admin.data<{ issueAgentCredential: { secret: string } }>(
      'mutation($name: String!) { issueAgentCredential(name: $name) { secret } }',
      { name: `math-${randomUUID().slice(0, 8)}` },
    )
    const port = await freePort()
    const program = startTypeScript('agents/math/src/main.ts', {
      MOTHERSHIP_URL: base,
      MOTHERSHIP_AGENT_SECRET: issueAgentCredential.secret,
      PORT: String(port),
      ...(variables['LOG_LEVEL'] !== undefined && { LOG_LEVEL: variables['LOG_LEVEL'] }),
    })
    programs.push(program)
    const isRegistered = () => isReady(`http://127.0.0.1:${port}`)
    await waitUntil(isRegistered, 'the math agent has registered', READY_MILLISECONDS).catch(tellWith(program.output))
    return program
  }
  const open = async (): Promise<{ admin: Client; agent: Program }> => {
    const isOpen = () => isReady(base)
    await waitUntil(isOpen, 'the gateway and its subgraphs are ready', READY_MILLISECONDS).catch(tellWith(output))
    const admin = await signInToWork(base)
    return { admin, agent: await startAgent(admin) }
  }
  const { admin, agent: first } = await orElse(open, dispose)
  let agent = first
  return {
    mode: 'distributed',
    base,
    admin,
    variables: { DATABASE_URL: database.url, REDIS_URL: redisUrl },
    signUp: signUpAt(base, admin),
    killAgent: async () => {
      await agent.stop('SIGKILL')
      agent = await startAgent(admin)
    },
    output,
    dispose,
  }
}

const createDatabase = async (server: string): Promise<{ url: string; drop: () => Promise<void> }> => {
  const name = `mothership_e2e_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await run(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(`drop database ${name} with (force)`) }
}
