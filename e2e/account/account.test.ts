import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Program, start } from '../processes.ts'
import { signIn, startSystem, type System } from '../system.ts'

/** `npm run account -- ...`, without the preparation that npm's script makes first. */
const account = (args: readonly string[], variables: Readonly<Record<string, string>>): Program =>
  start(process.execPath, ['--import', 'tsx', 'gateway/src/account-command.ts', ...args], variables)

const passwordOf = (program: Program): string => /shown this once: (\S+)/.exec(program.output())?.[1] ?? ''

describe('npm run account', () => {
  let system: System
  beforeAll(async () => {
    system = await startSystem()
  })
  afterAll(() => system.dispose())

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
