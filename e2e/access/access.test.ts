import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Client, connect, postJson } from '../client.ts'
import { waitUntil } from '../processes.ts'
import { ADMIN_PASSWORD, startSystem, type System } from '../system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system?.dispose())

/** Opens a socket with a token, and resolves with what the server says first: a message, or the code it closes with. */
const openSocket = (base: string, authorization: string | undefined): Promise<{ closed?: number; message?: string }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws')
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })))
    socket.on('message', (data) => {
      resolve({ message: (data as Buffer).toString() })
      socket.close()
    })
    socket.on('close', (closed) => resolve({ closed }))
    socket.on('error', reject)
  })

describe('at the door', () => {
  it.each([
    ['no token', undefined],
    ['a forged token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiIsInJvbGUiOiJBRE1JTiJ9.'],
    ['no JWT at all', 'hello'],
  ])('refuses an operation with %s, and leaks nothing', async (_, token) => {
    const { body, status } = await postJson(system.base, '/graphql', { query: '{ beliefs { nodes { name } } }' }, token)
    expect(status).toBe(401)
    const answer = body as unknown as { data?: unknown; errors: { extensions: { code: string } }[] }
    expect(answer.errors).toHaveLength(1)
    expect(answer.errors[0]!.extensions.code).toBe('UNAUTHENTICATED')
    expect(answer.data).toBeUndefined()
    expect(JSON.stringify(body)).not.toMatch(/stack|node_modules/)
  })

  it.each([undefined, 'Bearer nonsense'])('closes a WebSocket with authorization %s by 4403', async (authorization) => {
    expect(await openSocket(system.base, authorization)).toEqual({ closed: 4403 })
  })

  it('acknowledges a WebSocket with a token', async () => {
    const { message } = await openSocket(system.base, `Bearer ${system.admin.token}`)
    expect(JSON.parse(message ?? '')).toMatchObject({ type: 'connection_ack' })
  })

  it('slows down who guesses passwords', async () => {
    const { username } = await system.signUp('VIEWER')
    const guess = async (place: number): Promise<number> =>
      (await postJson(system.base, '/auth/token', { username, password: `guess-number-${place}` })).status
    // At once: a guess counts for a minute, in which a slow machine may not try ten of them one after the other.
    const statuses = await Promise.all(Array.from({ length: 11 }, (_, place) => guess(place)))
    expect(statuses.sort()).toEqual([...Array.from({ length: 10 }, () => 401), 429])
  })
})

describe('sessions', () => {
  it('rotate their refresh token, and end whole when an old one is used again', async () => {
    const session = await postJson(system.base, '/auth/token', { username: 'admin', password: ADMIN_PASSWORD })
    const old = session.body['refreshToken']
    const next = await postJson(system.base, '/auth/token', { refreshToken: old })
    expect(next.status).toBe(200)
    expect((await postJson(system.base, '/auth/token', { refreshToken: old })).status).toBe(401)
    const successor = await postJson(system.base, '/auth/token', { refreshToken: next.body['refreshToken'] })
    expect(successor.status).toBe(401)
  })

  it('publish the key that verifies their tokens, and never the private half', async () => {
    const keys = (await (await fetch(`${system.base}/.well-known/jwks.json`)).json()) as {
      keys: Record<string, string>[]
    }
    expect(keys.keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256' })
    expect(keys.keys[0]).not.toHaveProperty('d')
  })
})

describe('roles', () => {
  const CREATE = `mutation { createBelief(input: {name: "A belief of nobody", description: "It is refused."}) { id } }`

  it('let a viewer read and submit, and nothing else', async () => {
    const viewer = await system.signUp('VIEWER')
    await viewer.data('{ overview(limit: 10) { beliefs { name strength } } }')
    expect(await viewer.code(CREATE)).toBe('FORBIDDEN')
    expect(await viewer.code('mutation { issueAgentCredential(name: "mine") { secret } }')).toBe('FORBIDDEN')
    expect(await viewer.code('mutation { takeAssignments(max: 1) { id } }')).toBe('FORBIDDEN')
  })

  it('let a curator edit and an operator not, and the other way round for agents', async () => {
    const [curator, operator] = [await system.signUp('CURATOR'), await system.signUp('OPERATOR')]
    const name = `A belief of ${curator.username}`
    const edit =
      'mutation($name: String!) { createBelief(input: {name: $name, description: "Made by a curator."}) { name } }'
    await curator.data(edit, { name })
    expect(await operator.code(edit, { name: 'Another' })).toBe('FORBIDDEN')
    const { agents } = await operator.data<{ agents: { nodes: { id: string }[] } }>('{ agents { nodes { id } } }')
    const configure = 'mutation($id: ID!) { configureAgent(id: $id, config: {}) { id } }'
    expect(await curator.code(configure, { id: agents.nodes[0]!.id })).toBe('FORBIDDEN')
    await operator.data(configure, { id: agents.nodes[0]!.id })
  })

  it("keep a task's input and result between its submitter and the operators", async () => {
    const [submitter, other, operator] = [
      await system.signUp('VIEWER'),
      await system.signUp('CURATOR'),
      await system.signUp('OPERATOR'),
    ]
    const { submitTask } = await submitter.data<{ submitTask: { id: string } }>(
      'mutation { submitTask(input: {type: "math.solve", input: {operation: "evaluate", expression: "2+2"}}) { id } }',
    )
    const read = 'query($id: ID!) { task(id: $id) { state input } }'
    const state = 'query($id: ID!) { task(id: $id) { state directive { id } } }'
    await submitter.data(read, { id: submitTask.id })
    await operator.data(read, { id: submitTask.id })
    await other.data(state, { id: submitTask.id })
    expect(await other.code(read, { id: submitTask.id })).toBe('FORBIDDEN')
    expect(await other.code('mutation($id: ID!) { cancelTask(id: $id) { id } }', { id: submitTask.id })).toBe(
      'FORBIDDEN',
    )
  })

  it('keep a task and its directive from agents that it was not lent to', async () => {
    const { submitTask } = await system.admin.data<{ submitTask: { id: string } }>(
      'mutation { submitTask(input: {type: "math.solve", input: {operation: "evaluate", expression: "2+3"}}) { id } }',
    )
    const read = `query($id: ID!) {
      task(id: $id) { state directive { constraints { statement } } compliance { findings { reason } } } }`
    interface Read {
      task: { state: string; directive: { constraints: object[] } | null; compliance: object | null } | null
    }
    const seenBy = async (client: Client) => (await client.data<Read>(read, { id: submitTask.id })).task
    await waitUntil(async () => (await seenBy(system.admin))?.state === 'COMPLETED', 'the task is completed')
    expect((await seenBy(system.admin))?.directive?.constraints).not.toHaveLength(0)
    const { issueAgentCredential } = await system.admin.data<{ issueAgentCredential: { secret: string } }>(
      'mutation { issueAgentCredential(name: "curious") { secret } }',
    )
    const { body } = await postJson(system.base, '/auth/token', { agentSecret: issueAgentCredential.secret })
    expect(await seenBy(connect(system.base, body['accessToken']))).toBeNull()
  })

  it('answer null for an unknown id of a query, and NOT_FOUND for one of a mutation', async () => {
    const id = '00000000-0000-4000-8000-000000000000'
    for (const field of ['value', 'belief', 'directive', 'task', 'agent']) {
      const answer = await system.admin.data<Record<string, unknown>>(`query($id: ID!) { ${field}(id: $id) { id } }`, {
        id,
      })
      expect(answer[field]).toBeNull()
      expect((await system.admin.data<Record<string, unknown>>(`{ ${field}(id: "no-uuid") { id } }`))[field]).toBeNull()
    }
    expect(await system.admin.code('mutation($id: ID!) { cancelTask(id: $id) { id } }', { id })).toBe('NOT_FOUND')
    expect(await system.admin.code('mutation($id: ID!) { deleteBelief(id: $id) { id } }', { id })).toBe('NOT_FOUND')
    expect(await system.admin.code('mutation($id: ID!) { drainAgent(id: $id) { id } }', { id })).toBe('NOT_FOUND')
  })
})

describe('GET', () => {
  const get = async (query: string) => {
    const url = new URL('/graphql', system.base)
    url.searchParams.set('query', query)
    const response = await fetch(url, { headers: { authorization: `Bearer ${system.admin.token}` } })
    return { status: response.status, body: (await response.json()) as { data?: unknown } }
  }
  it('answers a query', async () => {
    expect((await get('{ values(first: 1) { totalCount } }')).body.data).toMatchObject({ values: {} })
  })
  it('refuses a mutation', async () => {
    const { status, body } = await get('mutation { cancelTask(id: "1") { id } }')
    expect(status).toBe(405)
    expect(body.data).toBeUndefined()
  })
})

describe('bounds', () => {
  it('refuse a query that could answer too much, over both transports', async () => {
    const query =
      '{ agents(first: 500) { nodes { tasks(first: 500) { nodes { events(first: 500) { nodes { type } } } } } } }'
    expect(await system.admin.code(query)).toBe('QUERY_TOO_COSTLY')
    const { value } = await system.admin.subscribe(query).next()
    expect(value.errors?.[0]?.extensions?.['code']).toBe('QUERY_TOO_COSTLY')
  })

  it('hold for the bytes of an answer too, which say what to do', async () => {
    const input = { type: 'access.large', input: { text: 'x'.repeat(990_000) } }
    const { submitTask } = await system.admin.data<{ submitTask: { id: string } }>(
      'mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { id } }',
      { input },
    )
    const inputs = (count: number) =>
      `query ($id: ID!) { task(id: $id) { ${Array.from({ length: count }, (_, n) => `a${n}: input`).join(' ')} } }`
    const { task } = await system.admin.data<{ task: object }>(inputs(3), submitTask)
    expect(Object.values(task)).toEqual(Array(3).fill(input.input))
    const { data, errors } = await system.admin.query(inputs(80), submitTask)
    expect(data).toEqual({ task: null })
    expect(errors?.[0]?.extensions?.['code']).toBe('QUERY_TOO_COSTLY')
    expect(errors?.[0]?.message).toMatch(/more than 64 MB. Ask for fewer at a time/)
    await system.admin.data('mutation ($id: ID!) { cancelTask(id: $id) { id } }', submitTask)
  }, 120_000)

  it('refuse a document that writes by hundreds', async () => {
    const many = Array.from({ length: 100 }, (_, n) => `a${n}: submitTask(input: $input) { id }`).join(' ')
    const input = { type: 'access.many', input: 'x' }
    expect(await system.admin.code(`mutation ($input: SubmitTaskInput!) { ${many} }`, { input })).toBe(
      'QUERY_TOO_COSTLY',
    )
    const { tasks } = await system.admin.data<{ tasks: object }>('{ tasks(type: "access.many") { totalCount } }')
    expect(tasks).toEqual({ totalCount: 0 })
  })

  it('refuse a page of more than 500', async () => {
    expect(await system.admin.code('{ tasks(first: 501) { nodes { id } } }')).toBe('BAD_USER_INPUT')
  })

  it('answer a subscription that is not valid without closing its socket', async () => {
    const { value } = await system.admin
      .subscribe('subscription { taskUpdates @include(if: true) { nonsense } }')
      .next()
    expect(value.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT')
  })
})
