import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '../client.ts'
import { type Program, start } from '../processes.ts'
import { ADMIN_PASSWORD, signIn, startSystem, type System } from '../system.ts'

/** `npm run account -- ...`, without the preparation that npm's script makes first. */
const account = (args: readonly string[], variables: Readonly<Record<string, string>>): Program =>
  start(process.execPath, ['--import', 'tsx', 'gateway/src/account-command.ts', ...args], variables)

/** Long enough for what follows a sign-in at once, on a busy machine too. */
const TOKEN_SECONDS = 30

/** Opens a socket with a token; resolves with what the server said first and the code that it closed it with. */
const lifeOf = (base: string, token: string): Promise<{ said: string; closed: number }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws')
    const payload = { authorization: `Bearer ${token}` }
    let said = ''
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })))
    socket.once('message', (data) => (said = (data as Buffer).toString()))
    socket.on('close', (closed) => resolve({ said, closed }))
    socket.on('error', reject)
  })

const passwordOf = (program: Program): string => /shown this once: (\S+)/.exec(program.output())?.[1] ?? ''

let system: System
let life: ReturnType<typeof lifeOf>
beforeAll(async () => {
  system = await startSystem({ MOTHERSHIP_TOKEN_SECONDS: String(TOKEN_SECONDS) })
  const { token } = await signIn(system.base, 'admin', ADMIN_PASSWORD)
  life = lifeOf(system.base, token ?? '')
})
afterAll(() => system?.dispose())

describe('npm run account', () => {
  it('makes an account beside a running Mothership, whose password is shown once', async () => {
    const program = account(['add', 'carol', '--role', 'CURATOR'], system.variables)
    expect(await program.ended).toBe(0)
    expect(program.output()).toContain('The account carol was made, with the role CURATOR.')
    const carol = await signIn(system.base, 'carol', passwordOf(program))
    const edit = 'mutation { createValue(input: {name: "Calm", description: "Nothing is done in haste."}) { name } }'
    expect(await carol.data(edit)).toEqual({ createValue: { name: 'Calm' } })
    expect(await carol.code('{ agentCredentials { totalCount } }')).toBe('FORBIDDEN')
  })

  it('says that a name is taken, and which roles there are', async () => {
    const taken = account(['add', 'admin', '--role', 'VIEWER'], system.variables)
    expect(await taken.ended).toBe(1)
    expect(taken.output().trim()).toBe('The name admin is taken. Choose another one.')
    const wrong = account(['add', 'dora', '--role', 'EMPEROR'], system.variables)
    expect(await wrong.ended).toBe(1)
    expect(wrong.output()).toContain('ADMIN|CURATOR|OPERATOR|VIEWER')
  })
})

describe('a token', () => {
  it('ends its socket by 4403 when it runs out, and is refused from then on', async () => {
    const { said, closed } = await life
    expect(JSON.parse(said)).toMatchObject({ type: 'connection_ack' })
    expect(closed).toBe(4403)
    expect(await connect(system.base, system.admin.token).code('{ agents { totalCount } }')).toBe('UNAUTHENTICATED')
  })
})

describe('npm run account, where nothing runs', () => {
  it('makes the account in the data folder itself, and refuses one that is kept nowhere', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mothership-account-'))
    try {
      const made = account(['add', 'erin', '--role', 'OPERATOR'], { MOTHERSHIP_DATA: join(folder, 'data') })
      expect(await made.ended).toBe(0)
      expect(passwordOf(made).length).toBeGreaterThan(12)
      const nowhere = account(['add', 'erin', '--role', 'OPERATOR'], {
        MOTHERSHIP_DATA: 'memory',
        PORT: '1',
        MOTHERSHIP_ADMIN_PASSWORD: 'correct-horse-battery',
      })
      expect(await nowhere.ended).toBe(1)
      expect(nowhere.output()).toContain('not at http://127.0.0.1:1')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
