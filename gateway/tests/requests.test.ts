import { connectSubgraph } from '@mothership/platform/remote-subgraph'
import { createIdentitySigner } from '@mothership/platform/identity'
import { createTestFoundation, testLogger } from '@mothership/platform/testing'
import { disposeAll, type Disposer } from '@mothership/platform/time'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGatewayServer, type GatewayServer } from '../src/server.ts'

// The gateway in front of subgraphs that are not there: what is refused at the door never asks them.
const AWAY = 'http://127.0.0.1:9'
let server: GatewayServer
let dispose: Disposer
let authorization: string
const logged = vi.spyOn(testLogger, 'error')

beforeAll(async () => {
  const foundation = await createTestFoundation()
  const signer = createIdentitySigner('a secret that this test alone knows, and nobody else')
  const connect = (name: 'ontology' | 'directive' | 'task' | 'agent') => connectSubgraph({ name, url: AWAY, signer })
  const clients = {
    ontology: connect('ontology'),
    directive: connect('directive'),
    task: connect('task'),
    agent: connect('agent'),
  }
  const ready = async () => null
  const fleet = { foundation, clients, ready, dispose: foundation.dispose }
  server = await createGatewayServer({
    fleet,
    redisUrl: undefined,
    tokenSeconds: 600,
    trustedProxies: [],
    logger: testLogger,
    ready,
  })
  dispose = () =>
    disposeAll([server.dispose, ...Object.values(clients).map((client) => client.dispose), foundation.dispose])
  const account = { username: 'olga', password: 'as-good-as-any-other' }
  await server.accounts.add({ ...account, role: 'OPERATOR' })
  authorization = `Bearer ${(await server.accounts.signIn(account.username, account.password)).accessToken}`
}, 120_000)
afterAll(() => dispose())
beforeEach(() => void logged.mockClear())

interface Asked {
  method?: 'GET' | 'POST'
  url?: string
  payload?: string
  type?: string
}

const ask = async ({ method = 'POST', url = '/graphql', payload, type = 'application/json' }: Asked) => {
  const headers = { authorization, ...(payload !== undefined && { 'content-type': type }) }
  const answer = await server.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) })
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() }
}

const APQ = JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } })
const query = '{ __typename }'
const byGet = (source: string): string => `/graphql?query=${encodeURIComponent(source)}`

describe('a malformed request', () => {
  it.each<[string, Asked, number]>([
    ['an empty object', { payload: '{}' }, 400],
    ['no query', { payload: '{"variables":{}}' }, 400],
    ['a query that is no text', { payload: '{"query":1}' }, 400],
    ['several operations at once', { payload: JSON.stringify([{ query }]) }, 400],
    ['variables as text', { payload: JSON.stringify({ query, variables: '{}' }) }, 400],
    ['a document that does not parse', { payload: '{"query":"{"}' }, 400],
    ['another operation than there is', { payload: JSON.stringify({ query, operationName: 'Other' }) }, 400],
    [
      'two operations, and none that is named',
      { payload: '{"query":"query A { __typename } query B { __typename }"}' },
      400,
    ],
    ['a mutation by GET', { method: 'GET', url: byGet('mutation { cancelTask(id: "x") { id } }') }, 405],
    ['a persisted query that is another', { payload: JSON.stringify({ ...JSON.parse(APQ), query }) }, 400],
  ])('of %s is the fault of who asks, and no error of ours', async (_what, asked, status) => {
    const answer = await ask(asked)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
    expect(JSON.stringify(answer.body)).not.toContain('correlationId')
    expect(logged).not.toHaveBeenCalled()
  })

  it('of a persisted query that is not known says so in the code that clients look for', async () => {
    const { body } = await ask({ payload: APQ })
    expect(body).toEqual({
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    })
    expect(logged).not.toHaveBeenCalled()
  })

  it('is told from one that is not', async () => {
    expect(await ask({ payload: JSON.stringify({ query }) })).toEqual({
      status: 200,
      body: { data: { __typename: 'Query' } },
    })
  })
})

describe('what cannot even be read', () => {
  const errors = [{ message: expect.any(String) as unknown, extensions: { code: 'BAD_USER_INPUT' } }]

  it.each<[string, Asked, number]>([
    ['JSON that is cut off', { payload: '{"query":' }, 400],
    ['an empty body', { payload: '' }, 400],
    ['no JSON at all', { payload: 'query=x', type: 'application/x-www-form-urlencoded' }, 415],
    ['a plain text', { payload: '{ __typename }', type: 'text/plain' }, 415],
    ['a body beyond the limit', { payload: JSON.stringify({ query: 'x'.repeat(8_000_001) }) }, 413],
  ])('is refused on /graphql with errors: %s', async (_what, asked, status) => {
    const answer = await ask(asked)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ errors })
    expect(answer.body).not.toHaveProperty('error')
    expect(logged).not.toHaveBeenCalled()
  })

  it('is refused elsewhere as that path has it', async () => {
    const { status, body } = await ask({ url: '/auth/token', payload: '{"username":' })
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { code: 'BAD_USER_INPUT' } })
  })
})
