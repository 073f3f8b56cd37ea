import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAgentStore } from '../src/store.ts'
import { agentSubgraph } from '../src/subgraph.ts'
import { asAgent, beat, codeOf, issueCredential, register, REGISTER, runningAgent, SHOUT } from './fixture.ts'

let agents: TestSubgraph
beforeAll(async () => {
  agents = await startTestSubgraph(agentSubgraph)
})
afterAll(() => agents.dispose())

const sql = (text: string, values: unknown[]) => agents.runtime.database.query(text, values)

/** Copies a credential's only instance so often, each OFFLINE for a second more than the one before. */
const copies = (credentialId: string, count: number, awaySeconds: number) =>
  sql(
    `insert into agent.agent (id, credential_id, instance, name, version, skills, skill_ids, concurrency, state, last_seen_at)
     select gen_random_uuid(), credential_id, 'copy ' || n, name, version, skills, skill_ids, concurrency, 'OFFLINE',
       clock_timestamp() - make_interval(secs => $3::integer + n)
     from agent.agent, generate_series(1, $2::integer) n where credential_id = $1::uuid`,
    [credentialId, count, awaySeconds],
  )
/** Makes an agent look as if it had been away for so many days. */
const sendAway = (id: string, days: number) =>
  sql(
    `update agent.agent set state = 'OFFLINE', has_left = true, last_seen_at = clock_timestamp() - make_interval(days => $2)
     where id = $1::uuid`,
    [id, days],
  )

const READ = 'query ($id: ID!) { agent(id: $id) { name state configSchema config skills { id } health { completed } } }'
const read = async (id: string) =>
  (await agents.data<{ agent: { name: string; state: string; skills: object[] } }>(READ, { id })).agent
const rememberedOf = async (credentialId: string): Promise<string[]> =>
  (
    await sql('select instance from agent.agent where credential_id = $1::uuid and forgotten_at is null', [
      credentialId,
    ])
  ).map((row) => (row as { instance: string }).instance)

describe('the instances of one credential', () => {
  it('are at most 200 within ten minutes, however many register at once', async () => {
    const { credential } = await runningAgent(agents)
    await copies(credential.id, 190, 60)
    const codes = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        codeOf(
          agents,
          REGISTER,
          { input: { name: 'shout', version: '1', instance: `new ${n}`, skills: [SHOUT] } },
          asAgent(credential.id),
        ),
      ),
    )
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(7)
    expect(codes.filter((code) => code === undefined)).toHaveLength(9)
    // One that is there already is none more.
    const again = { input: { name: 'shout', version: '1', instance: 'one', skills: [SHOUT] } }
    expect(await codeOf(agents, REGISTER, again, asAgent(credential.id, 'one'))).toBeUndefined()
    expect(await register(agents, (await issueCredential(agents)).id)).toMatchObject({ restarts: 0 })
    await sql(
      `update agent.agent set state = 'OFFLINE', last_seen_at = clock_timestamp() - interval '11 minutes'
       where credential_id = $1::uuid and instance like 'copy 1%'`,
      [credential.id],
    )
    expect(await register(agents, credential.id, { instance: 'in time' })).toMatchObject({ restarts: 0 })
  })

  it('are remembered with what they can do up to 100 that are away, the last ones; one that holds a task in any case', async () => {
    const { agent, credential } = await runningAgent(agents)
    await copies(credential.id, 103, 3_600)
    await sql(`update agent.agent set active = 1 where credential_id = $1::uuid and instance = 'copy 103'`, [
      credential.id,
    ])
    await register(agents, credential.id, { instance: 'two' })
    const remembered = await rememberedOf(credential.id)
    expect(remembered).toHaveLength(103)
    expect(remembered).toEqual(expect.arrayContaining(['one', 'two', 'copy 1', 'copy 100', 'copy 103']))
    expect(remembered).not.toContain('copy 101')
    expect((await read(agent.id)).skills).toEqual([{ id: SHOUT.id }])
  })
})

describe('an agent that was away for 30 days', () => {
  const away = async (days: number) => {
    const { agent, credential } = await runningAgent(agents, { configSchema: { type: 'object' } })
    await agents.data('mutation ($id: ID!) { configureAgent(id: $id, config: { loud: true }) { id } }', {
      id: agent.id,
    })
    await sendAway(agent.id, days)
    const store = createAgentStore(agents.runtime)
    await Promise.all([store.forgetLongAway(), store.forgetLongAway()])
    return { id: agent.id, credentialId: credential.id }
  }

  it('is known by name still, with its record and its configuration, and what it can do is forgotten', async () => {
    const { id } = await away(31)
    const known = { name: 'shout', state: 'OFFLINE', config: { loud: true }, health: { completed: 0 } }
    expect(await read(id)).toEqual({ ...known, configSchema: null, skills: [] })
    const entities = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Agent { id name } } }'
    expect(await agents.data(entities, { of: [{ __typename: 'Agent', id }] })).toEqual({
      _entities: [{ id, name: 'shout' }],
    })
    const { id: other } = await away(29)
    expect((await read(other)).skills).toEqual([{ id: SHOUT.id }])
  })

  it('registers before it beats again, and is the same agent then', async () => {
    const { id, credentialId } = await away(31)
    const heartbeat = 'mutation ($id: ID!) { heartbeat(agentId: $id, load: 0) { drain } }'
    expect(await codeOf(agents, heartbeat, { id }, asAgent(credentialId))).toBe('NOT_FOUND')
    expect(await read(id)).toMatchObject({ state: 'OFFLINE' })
    expect(await register(agents, credentialId)).toMatchObject({ id, restarts: 1, config: { loud: true } })
    await beat(agents, id, credentialId)
    expect(await read(id)).toMatchObject({ state: 'IDLE', skills: [{ id: SHOUT.id }] })
  })
})
