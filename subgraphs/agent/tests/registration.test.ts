import { randomUUID } from 'node:crypto'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentSubgraph } from '../src/subgraph.ts'
import { asAgent, codeOf, issueCredential, register, REGISTER, runningAgent, SHOUT } from './fixture.ts'

let agents: TestSubgraph
beforeAll(async () => {
  agents = await startTestSubgraph(agentSubgraph)
})
afterAll(() => agents.dispose())

const base = { name: 'shout', version: '1.0.0', instance: 'one', skills: [SHOUT] }

describe('a registration', () => {
  it('makes an agent that is STARTING, with its skills as they were given', async () => {
    const { id: credentialId } = await issueCredential(agents)
    const agent = await register(agents, credentialId, { concurrency: 4 })
    expect(agent).toMatchObject({ name: 'shout', state: 'STARTING', restarts: 0, concurrency: 4, config: {} })
    // The order of the properties too: a form is drawn from it.
    expect(JSON.stringify(agent.skills[0]?.inputSchema)).toBe(JSON.stringify(SHOUT.inputSchema))
  })

  it('of the same instance comes back as the same agent, with one restart more', async () => {
    const { id: credentialId } = await issueCredential(agents)
    const first = await register(agents, credentialId)
    const again = await register(agents, credentialId, { version: '1.1.0' })
    expect(again).toMatchObject({ id: first.id, restarts: 1, version: '1.1.0', state: 'STARTING' })
    const other = await register(agents, credentialId, { instance: 'two' })
    expect(other.id).not.toBe(first.id)
    const stranger = await issueCredential(agents)
    expect((await register(agents, stranger.id)).id).not.toBe(first.id)
  })

  it('of one instance by sixteen processes at once is one agent', async () => {
    const { id: credentialId } = await issueCredential(agents)
    const all = await Promise.all(Array.from({ length: 16 }, () => register(agents, credentialId)))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(all.map(({ restarts }) => restarts).sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, n) => n))
  })

  it('is an agent’s alone, and only of the instance that its token names', async () => {
    const { id: credentialId } = await issueCredential(agents)
    for (const role of ['VIEWER', 'OPERATOR', 'ADMIN', 'SERVICE'] as const) {
      expect(await codeOf(agents, REGISTER, { input: base }, { role })).toBe('FORBIDDEN')
    }
    expect(await codeOf(agents, REGISTER, { input: base }, asAgent(credentialId, 'two'))).toBe('FORBIDDEN')
    expect(await codeOf(agents, REGISTER, { input: base }, asAgent(credentialId, 'one'))).toBeUndefined()
    expect(await codeOf(agents, REGISTER, { input: base }, asAgent(randomUUID()))).toBe('UNAUTHENTICATED')
  })

  it.each([
    ['no name', { name: ' ' }, 'input.name'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, 'input.name'],
    ['a name with control characters', { name: 'a\u0000b' }, 'input.name'],
    ['an empty version', { version: '' }, 'input.version'],
    ['an empty instance', { instance: '' }, 'input.instance'],
    ['no skills', { skills: [] }, 'input.skills'],
    ['51 skills', { skills: Array.from({ length: 51 }, (_, n) => ({ ...SHOUT, id: `t.${n}` })) }, 'input.skills'],
    ['a skill twice', { skills: [SHOUT, SHOUT] }, 'input.skills[1].id'],
    ['a skill of an odd name', { skills: [{ ...SHOUT, id: 'a b' }] }, 'input.skills[0].id'],
    ['a schema that is no object', { skills: [{ ...SHOUT, inputSchema: 'x' }] }, 'input.skills[0].inputSchema'],
    [
      'a schema that is none',
      { skills: [{ ...SHOUT, outputSchema: { type: 'tree' } }] },
      'input.skills[0].outputSchema',
    ],
    [
      'a schema beyond 50 KB',
      { skills: [{ ...SHOUT, inputSchema: { title: 'x'.repeat(50_000) } }] },
      'input.skills[0].inputSchema',
    ],
    [
      'schemas of more than 1 MB in all',
      {
        skills: Array.from({ length: 21 }, (_, n) => ({
          ...SHOUT,
          id: `t.${n}`,
          inputSchema: { title: 'x'.repeat(49_000) },
        })),
      },
      'input.skills',
    ],
    ['a concurrency of 0', { concurrency: 0 }, 'input.concurrency'],
    ['a concurrency of 101', { concurrency: 101 }, 'input.concurrency'],
    ['a configSchema with a dangling reference', { configSchema: { $ref: '#/$defs/nothing' } }, 'input.configSchema'],
    ['a configSchema that RE2 cannot match', { configSchema: { pattern: '(?=a)b' } }, 'input.configSchema'],
  ])('with %s is refused, and the refusal says where', async (_, change, path) => {
    const { id } = await issueCredential(agents)
    const { errors } = await agents.query(REGISTER, { input: { ...base, ...change } }, asAgent(id))
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', path })
  })
})

describe('the agent of a token', () => {
  const OF =
    'query ($credentialId: ID!, $instance: ID) { agentOf(credentialId: $credentialId, instance: $instance) { id } }'
  const agentOf = async (credentialId: string, instance?: string) =>
    (await agents.data<{ agentOf: { id: string } | null }>(OF, { credentialId, instance }, { role: 'SERVICE' })).agentOf

  it('is found by its instance, or alone under its credential', async () => {
    const { agent, credential } = await runningAgent(agents)
    expect(await agentOf(credential.id, 'one')).toEqual({ id: agent.id })
    expect(await agentOf(credential.id)).toEqual({ id: agent.id })
    expect(await agentOf(credential.id, 'two')).toBeNull()
    expect(await agentOf('admin')).toBeNull()
  })

  it('must be named where several run under its credential', async () => {
    const { agent, credential } = await runningAgent(agents)
    const second = await register(agents, credential.id, { instance: 'two' })
    expect(await codeOf(agents, OF, { credentialId: credential.id }, { role: 'SERVICE' })).toBe('BAD_USER_INPUT')
    await agents.data(
      'mutation ($id: ID!) { signOffAgent(agentId: $id) }',
      { id: agent.id },
      asAgent(credential.id, 'one'),
    )
    expect(await agentOf(credential.id)).toEqual({ id: second.id })
  })

  it('is none of those that run, where it names no instance and there are several', async () => {
    const { agent, credential } = await runningAgent(agents)
    const second = await register(agents, credential.id, { instance: 'two' })
    const beatIt = 'mutation ($id: ID!) { heartbeat(agentId: $id, load: 0) { drain } }'
    const signOff = 'mutation ($id: ID!) { signOffAgent(agentId: $id) }'
    const again = (instance: string) => ({
      input: { name: 'shout', version: '2.0.0', instance, skills: [SHOUT] },
    })
    const plain = asAgent(credential.id)
    for (const { id, instance } of [agent, second]) {
      expect(await codeOf(agents, beatIt, { id }, plain)).toBe('BAD_USER_INPUT')
      expect(await codeOf(agents, signOff, { id }, plain)).toBe('BAD_USER_INPUT')
      expect(await codeOf(agents, REGISTER, again(instance), plain)).toBe('BAD_USER_INPUT')
      expect(await codeOf(agents, beatIt, { id }, asAgent(credential.id, instance))).toBeUndefined()
    }
    expect(await codeOf(agents, REGISTER, again('one'), asAgent(credential.id, 'one'))).toBeUndefined()
    // With the other one gone it is the only one again; and who is gone may come back.
    expect(await codeOf(agents, signOff, { id: second.id }, asAgent(credential.id, 'two'))).toBeUndefined()
    expect(await codeOf(agents, beatIt, { id: agent.id }, plain)).toBeUndefined()
    expect(await codeOf(agents, beatIt, { id: second.id }, plain)).toBe('BAD_USER_INPUT')
    expect(await codeOf(agents, REGISTER, again('one'), plain)).toBeUndefined()
    expect(await codeOf(agents, REGISTER, again('two'), plain)).toBeUndefined()
  })

  it('is for services alone', async () => {
    expect(await codeOf(agents, OF, { credentialId: randomUUID() }, { role: 'ADMIN' })).toBe('FORBIDDEN')
  })
})

describe('the list of agents', () => {
  it('pages, filters by state and by skill, and counts', async () => {
    const skills = [{ ...SHOUT, id: 'text.whisper' }]
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.unshift((await runningAgent(agents, { skills })).agent.id)
    const list = `query ($after: Cursor, $state: AgentState) {
      agents(first: 2, after: $after, skill: "text.whisper", state: $state) {
        nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } } }`
    interface Page {
      agents: { nodes: { id: string }[]; totalCount: number; pageInfo: { endCursor: string; hasNextPage: boolean } }
    }
    const { agents: first } = await agents.data<Page>(list)
    expect(first).toMatchObject({ nodes: ids.slice(0, 2).map((id) => ({ id })), totalCount: 3 })
    const { agents: second } = await agents.data<Page>(list, { after: first.pageInfo.endCursor })
    expect(second).toMatchObject({ nodes: [{ id: ids[2] }], pageInfo: { hasNextPage: false, hasPreviousPage: true } })
    expect((await agents.data<Page>(list, { state: 'OFFLINE' })).agents.totalCount).toBe(0)
    expect((await agents.data<Page>(list, { state: 'IDLE' })).agents.totalCount).toBe(3)
    expect(await codeOf(agents, list, { after: 'bm9uc2Vuc2U' })).toBe('BAD_USER_INPUT')
    expect(await codeOf(agents, '{ agents(first: 501) { totalCount } }', {})).toBe('BAD_USER_INPUT')
    expect(await codeOf(agents, '{ agents { totalCount } }', {}, { role: 'AGENT' })).toBe('FORBIDDEN')
  })

  it('answers null for an agent that is not there, by id and by reference', async () => {
    expect(await agents.data('{ agent(id: "nonsense") { id } }')).toEqual({ agent: null })
    expect(await agents.data('query ($id: ID!) { agent(id: $id) { id } }', { id: randomUUID() })).toEqual({
      agent: null,
    })
    const { agent } = await runningAgent(agents)
    const entities = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Agent { id name } } }`
    const of = [agent.id, randomUUID()].map((id) => ({ __typename: 'Agent', id }))
    expect(await agents.data(entities, { of }, { role: 'VIEWER' })).toEqual({
      _entities: [{ id: agent.id, name: 'shout' }, null],
    })
  })
})

describe('what an agent reads of agents', () => {
  const READ = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Agent { id config skills { id } } } }`
  const readBy = async (ids: string[], identity: Parameters<typeof agents.data>[2]) => {
    const of = ids.map((id) => ({ __typename: 'Agent', id }))
    return (await agents.data<{ _entities: ({ id: string } | null)[] }>(READ, { of }, identity))._entities
  }

  it('is itself alone: no other credential, and no other instance of its own', async () => {
    const { agent, credential } = await runningAgent(agents)
    const twin = await register(agents, credential.id, { instance: 'two' })
    const { agent: other } = await runningAgent(agents)
    const ids = [agent.id, twin.id, other.id]
    const seenBy = async (identity: Parameters<typeof agents.data>[2]) =>
      (await readBy(ids, identity)).map((one) => one?.id ?? null)
    expect(await seenBy(asAgent(credential.id, 'one'))).toEqual([agent.id, null, null])
    expect(await seenBy(asAgent(credential.id, 'two'))).toEqual([null, twin.id, null])
    expect(await seenBy(asAgent(credential.id))).toEqual([agent.id, twin.id, null])
    expect(await seenBy(asAgent(randomUUID()))).toEqual([null, null, null])
    for (const role of ['VIEWER', 'SERVICE'] as const) expect(await seenBy({ role })).toEqual(ids)
  })
})

describe('the task types that agents can do', () => {
  const SKILLS = 'query ($first: Int!) { skillIds(first: $first) }'
  const skillsOf = async (first: number): Promise<string[]> =>
    (await agents.data<{ skillIds: string[] }>(SKILLS, { first }, { role: 'SERVICE' })).skillIds

  it('are told once each, the first by name', async () => {
    for (const ids of [['a.two', 'a.one'], ['a.two']]) {
      const { id } = await issueCredential(agents)
      await register(agents, id, { skills: ids.map((skill) => ({ ...SHOUT, id: skill })) })
    }
    expect(await skillsOf(2)).toEqual(['a.one', 'a.two'])
  })

  it.each([0, 10_001])('are not asked for by %i', async (first) => {
    expect(await codeOf(agents, SKILLS, { first }, { role: 'SERVICE' })).toBe('BAD_USER_INPUT')
  })

  it('are for services alone', async () => {
    for (const role of ['VIEWER', 'OPERATOR', 'ADMIN', 'AGENT'] as const) {
      expect(await codeOf(agents, SKILLS, { first: 1 }, { role })).toBe('FORBIDDEN')
    }
  })
})
