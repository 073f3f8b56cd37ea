import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { StartError } from '@mothership/platform/environment'
import { isFolderLocked } from '@mothership/platform/folder-lock'
import { MothershipError } from '@mothership/platform/errors'
import { openFoundation } from '@mothership/platform/runtime'
import { runCommand } from '@mothership/platform/run-process'
import { createLogger } from '@mothership/platform/telemetry'
import { request } from 'undici'
import { openAccessTokens } from './accounts/access-tokens.ts'
import { ADMIN_USERNAME, createAccounts } from './accounts/accounts.ts'
import { createAccountStore, type PersonRole } from './accounts/store.ts'
import { type GatewayEnvironment, readGatewayEnvironment } from './environment.ts'

const USAGE = 'npm run account -- add NAME --role ADMIN|CURATOR|OPERATOR|VIEWER [--password-stdin]'
const ROLES: readonly string[] = ['ADMIN', 'CURATOR', 'OPERATOR', 'VIEWER']

interface NewAccount {
  username: string
  role: PersonRole
  password: string
}

const readCommand = async (): Promise<NewAccount & { isGenerated: boolean }> => {
  const { values, positionals } = parseCommandLine()
  const [verb, username] = positionals
  const role = values.role?.toUpperCase() ?? ''
  if (verb !== 'add' || username === undefined || positionals.length !== 2 || !ROLES.includes(role)) {
    throw new StartError(`Usage: ${USAGE}`)
  }
  const given = values['password-stdin'] ? (await readLine('')).trim() : undefined
  const password = given ?? randomBytes(12).toString('base64url')
  return { username, role: role as PersonRole, password, isGenerated: given === undefined }
}

const parseCommandLine = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { role: { type: 'string' }, 'password-stdin': { type: 'boolean', default: false } },
    })
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : String(error)} Usage: ${USAGE}`)
  }
}

const readLine = async (prompt: string): Promise<string> => {
  const lines = createInterface({ input: process.stdin, output: prompt === '' ? undefined : process.stderr })
  try {
    if (prompt !== '') process.stderr.write(prompt)
    for await (const line of lines) return line
    return ''
  } finally {
    lines.close()
  }
}

/** Writes the account into the database. */
const addDirectly = async (environment: GatewayEnvironment, account: NewAccount): Promise<void> => {
  const logger = createLogger({ name: 'account', level: 'warn' })
  const foundation = await openFoundation({
    databaseUrl: environment.databaseUrl,
    folder: environment.data,
    logger,
  })
  try {
    const store = createAccountStore(foundation.database)
    await createAccounts(store, await openAccessTokens(store, { personSeconds: environment.tokenSeconds })).add(account)
  } finally {
    await foundation.dispose()
  }
}

/** Asks the Mothership that runs, which alone may open its data folder, as its admin. */
const addThroughServer = async (environment: GatewayEnvironment, account: NewAccount): Promise<void> => {
  const base = environment.publicUrl ?? `http://127.0.0.1:${environment.port}`
  const password =
    environment.adminPassword ?? (await readLine(`Mothership is running at ${base}. The password of admin: `)).trim()
  const session = await post(base, '/auth/token', { username: ADMIN_USERNAME, password })
  await post(base, '/auth/accounts', account, String(session['accessToken']))
}

const post = async (base: string, path: string, body: object, token?: string): Promise<Record<string, unknown>> => {
  const { statusCode, body: answer } = await request(new URL(path, base), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new StartError(
      `Mothership runs, but not at ${base}. Set PORT to the port that it was started with, or stop it first.`,
      { cause: error },
    )
  })
  const parsed = (await answer.json()) as { error?: { message: string } }
  if (statusCode >= 400) throw new StartError(parsed.error?.message ?? `${path} answered ${statusCode}.`)
  return parsed
}

await runCommand(async () => {
  const { isGenerated, ...account } = await readCommand()
  const environment = readGatewayEnvironment()
  const isServerNeeded =
    environment.databaseUrl === undefined && (environment.data === 'memory' || isFolderLocked(environment.data))
  try {
    await (isServerNeeded ? addThroughServer : addDirectly)(environment, account)
  } catch (error) {
    if (error instanceof MothershipError) throw new StartError(error.message, { cause: error })
    throw error
  }
  console.log(`The account ${account.username} was made, with the role ${account.role}.`)
  if (isGenerated) console.log(`Its password, shown this once: ${account.password}`)
  process.exit(0)
})
