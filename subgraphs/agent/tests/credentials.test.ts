import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import type { GraphQLObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentSubgraph } from '../src/subgraph.ts'
import { asAgent, beat, codeOf, issueCredential, register, REGISTER, SHOUT, stateOf } from './fixture.ts'

let agents: TestSubgraph
beforeAll(async () => {
  agents = await startTestSubgraph(agentSubgraph)
})
afterAll(() => agents.dispose())

const EXCHANGE = 'query ($secret: String!) { exchangeAgentSecret(secret: $secret) { credentialId name } }'
const ROTATE = 'mutation ($name: String!) { rotateAgentCredential(name: $name) { id secret } }'
const REVOKE = 'mutation ($id: ID!) { revokeAgentCredential(id: $id) }'
const GATEWAY = { role: 'SERVICE', subject: 'gateway' } as const

const exchange = async (secret: string) =>
  (await agents.data<{ exchangeAgentSecret: unknown }>(EXCHANGE, { secret }, GATEWAY)).exchangeAgentSecret

describe('a credential', () => {
  it('is exchanged by its secret, of which only the hash is kept', async () => {
    const { id, name, secret } = await issueCredential(agents)
    expect(await exchange(secret)).toEqual({ credentialId: id, name })
    expect(await exchange(`${secret}x`)).toBeNull()
    const rows = await agents.runtime.database.query('select * from agent.credential')
    expect(JSON.stringify(rows)).not.toContain(secret)
    const events = await agents.runtime.database.query('select * from events.event')
    expect(JSON.stringify(events)).not.toContain(secret)
  })

  it('is listed without its secret, newest first, page by page', async () => {
    await issueCredential(agents, 'older')
    await issueCredential(agents, 'newer')
    const list = `query ($after: Cursor) { agentCredentials(first: 1, after: $after) {
      nodes { name issuedBy revokedAt } pageInfo { hasNextPage endCursor } totalCount } }`
    const first = await agents.data<{
      agentCredentials: { nodes: { name: string }[]; pageInfo: { endCursor: string } }
    }>(list)
    expect(first.agentCredentials).toMatchObject({
      nodes: [{ name: 'newer', issuedBy: 'admin', revokedAt: null }],
      pageInfo: { hasNextPage: true },
    })
    const { agentCredentials } = await agents.data<typeof first>(list, {
      after: first.agentCredentials.pageInfo.endCursor,
    })
    expect(agentCredentials.nodes).toMatchObject([{ name: 'older' }])
    const listed = agents.subgraph.schema.getType('AgentCredentialRecord') as GraphQLObjectType
    expect(Object.keys(listed.getFields())).not.toContain('secret')
  })

  it('that is revoked is refused, its agents go offline, and tokens that it gave earlier register nothing', async () => {
    const { id, secret } = await issueCredential(agents)
    const agent = await register(agents, id)
    await beat(agents, agent.id, id)
    expect(await agents.data(REVOKE, { id })).toEqual({ revokeAgentCredential: true })
    expect(await agents.data(REVOKE, { id })).toEqual({ revokeAgentCredential: false })
    expect(await exchange(secret)).toBeNull()
    expect(await stateOf(agents, agent.id)).toBe('OFFLINE')
    const input = { name: 'shout', version: '1', instance: 'two', skills: [SHOUT] }
    expect(await codeOf(agents, REGISTER, { input }, asAgent(id))).toBe('UNAUTHENTICATED')
    const heartbeat = 'mutation ($id: ID!) { heartbeat(agentId: $id, load: 0) { drain } }'
    expect(await codeOf(agents, heartbeat, { id: agent.id }, asAgent(id))).toBe('UNAUTHENTICATED')
    expect(await codeOf(agents, REVOKE, { id: '4bd4a0cc-6ae1-4a5c-a4a2-a1b2ed8eb6e0' })).toBe('NOT_FOUND')
    expect(await codeOf(agents, REVOKE, { id: 'nonsense' })).toBe('NOT_FOUND')
  })

  it('of the supervisor keeps its id and gets a new secret each time, until it is revoked', async () => {
    const rotate = async () =>
      (await agents.data<{ rotateAgentCredential: { id: string; secret: string } }>(ROTATE, { name: 'math' }, GATEWAY))
        .rotateAgentCredential
    await issueCredential(agents, 'math')
    const first = await rotate()
    const second = await rotate()
    expect(second.id).toBe(first.id)
    expect(await exchange(first.secret)).toBeNull()
    expect(await exchange(second.secret)).toMatchObject({ credentialId: first.id })
    await agents.data(REVOKE, { id: first.id })
    expect((await rotate()).id).not.toBe(first.id)
  })

  it('is an administrator’s to issue and revoke, a service’s to exchange and rotate', async () => {
    const issue = 'mutation { issueAgentCredential(name: "x") { id } }'
    for (const role of ['VIEWER', 'CURATOR', 'OPERATOR', 'AGENT', 'SERVICE'] as const) {
      expect(await codeOf(agents, issue, {}, { role })).toBe('FORBIDDEN')
      expect(await codeOf(agents, REVOKE, { id: 'x' }, { role })).toBe('FORBIDDEN')
      expect(await codeOf(agents, '{ agentCredentials { totalCount } }', {}, { role })).toBe('FORBIDDEN')
    }
    expect(await codeOf(agents, EXCHANGE, { secret: 'x' }, { role: 'ADMIN' })).toBe('FORBIDDEN')
    expect(await codeOf(agents, ROTATE, { name: 'x' }, { role: 'ADMIN' })).toBe('FORBIDDEN')
    expect(await codeOf(agents, 'mutation { issueAgentCredential(name: " ") { id } }', {})).toBe('BAD_USER_INPUT')
  })
})
