import { PrismaClient } from '@mothership/prisma'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ExecutionResult } from 'graphql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createIdentitySigner, IDENTITY_HEADER, type Identity } from '../src/identity.ts'
import { connectSubgraph } from '../src/remote-subgraph.ts'
import { createRuntime, openFoundation } from '../src/runtime.ts'
import { isStream, type SubgraphName } from '../src/subgraph-client.ts'
import { createTestDatabase, testLogger } from '../src/testing.ts'
import { disposeAll, sleep, type Disposer } from '../src/time.ts'
import { startProcess, type TestProcess } from './fixture/process.ts'
import { redisUrl } from './fixture/services.ts'

/** A second, which waitFor gives unless it is told, is not enough where the machine is busy. */
const SOON = { timeout: 60_000 }

const secret = 'only for this test, and long enough'
const signer = createIdentitySigner(secret)
const ada: Identity = { role: 'ADMIN', subject: 'ada', name: 'Ada' }
const request = (query: string, variables = {}) => ({ query, variables, identity: ada, correlationId: randomUUID() })
const isRun = redisUrl !== undefined && Boolean(process.env['DATABASE_URL'])

it('is UNAVAILABLE to who asks or subscribes where nothing listens', async () => {
  const client = connectSubgraph({ name: 'task', url: 'http://127.0.0.1:1/graphql', signer })
  await expect(client.execute(request('{ now }'))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  const updates = await client.subscribe(request('subscription { notes { id } }'))
  if (!isStream(updates)) throw new Error('not a stream')
  expect((await updates.next()).value.errors[0].extensions).toEqual({ code: 'UNAVAILABLE' })
  expect((await updates.next()).done).toBe(true)
  await client.dispose()
})

it('waits for an answer as long as the request says', async () => {
  const server = createServer((_request, response) => {
    setTimeout(() => response.setHeader('content-type', 'application/json').end('{"data":{"now":"late"}}'), 3000)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = connectSubgraph({ name: 'task', url: `http://127.0.0.1:${port}/graphql`, signer })
  const impatient = client.execute({ ...request('{ now }'), timeoutMilliseconds: 500 })
  await expect(impatient).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  const patient = await client.execute({ ...request('{ now }'), timeoutMilliseconds: 20_000 })
  expect(patient.data).toEqual({ now: 'late' })
  await client.dispose()
  server.close()
})

const title = `a subgraph in another process${isRun ? '' : ' (not run: DATABASE_URL and REDIS_URL are not set)'}`
describe.runIf(isRun)(title, () => {
  const disposers: Disposer[] = []
  let databaseUrl: string | undefined
  let url: string
  let client: ReturnType<typeof connectSubgraph>
  let write: (version: number) => Promise<void>

  const serve = async (): Promise<[TestProcess, string]> => {
    const environment = {
      DATABASE_URL: databaseUrl!,
      REDIS_URL: redisUrl!,
      MOTHERSHIP_IDENTITY_SECRET: secret,
      HOST: '127.0.0.1',
      PORT: '0',
    }
    const started = startProcess(new URL('fixture/note-process.ts', import.meta.url), { environment })
    disposers.push(async () => void (await started.end('SIGKILL')))
    const port = await started.says((written) => /"port":(\d+)/.exec(written)?.[1])
    return [started, `http://127.0.0.1:${port}/graphql`]
  }
  const connect = (name: SubgraphName, to = url) => {
    const connected = connectSubgraph({ name, url: to, signer })
    disposers.push(connected.dispose)
    return connected
  }
  const subscribe = async (
    to: ReturnType<typeof connectSubgraph>,
    after = 0,
  ): Promise<AsyncIterableIterator<ExecutionResult>> => {
    const source = 'subscription ($after: Int) { notes(after: $after) { text } }'
    const updates = await to.subscribe(request(source, { after }))
    if (!isStream(updates)) throw new Error('not a stream')
    return updates
  }
  const listeners = async (): Promise<unknown> => (await client.execute(request('{ listeners }'))).data?.['listeners']

  beforeAll(async () => {
    const database = await createTestDatabase()
    const foundation = await openFoundation({ database, redisUrl, logger: testLogger })
    const { events } = await createRuntime(foundation, 'task', () => undefined)
    const prisma = database.client(PrismaClient)
    write = (version) =>
      events.write(prisma, (_tx, append) =>
        append([{ entityId: 'n', version, type: `V${version}`, payload: null, payloadVersion: 1 }]),
      )
    disposers.push(foundation.dispose, events.dispose)
    databaseUrl = database.url
    url = (await serve())[1]
    client = connect('task')
  })
  afterAll(() => disposeAll(disposers.toReversed()))

  it('answers a query with its variables', async () => {
    const value = { list: [1, 'é', null] }
    const { data, errors } = await client.execute(
      request('query ($value: JSON) { now echo(value: $value) }', { value }),
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({ now: '2026-01-31T12:00:00.000Z', echo: value })
  })

  it('answers an error with its code, its details and its path, and masks a bug', async () => {
    const { errors } = await client.execute(request('{ refuse bug }'))
    const [refused, bug] = [...errors!].sort((one) => (one.path?.[0] === 'refuse' ? -1 : 1))
    expect(refused).toMatchObject({
      message: 'somebody was faster',
      path: ['refuse'],
      extensions: { code: 'CONFLICT', path: 'changes[0]' },
    })
    expect(bug?.extensions['code']).toBe('INTERNAL_SERVER_ERROR')
    expect(JSON.stringify(errors)).not.toContain('hunter2')
  })

  it('refuses an identity for another subgraph, and none, over HTTP', async () => {
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ now }' }),
      })
      return { status: answer.status, ...((await answer.json()) as ExecutionResult) }
    }
    const refusal = { status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }
    expect(await ask({ [IDENTITY_HEADER]: await signer.sign(ada, 'task') })).toMatchObject({ status: 200 })
    for (const headers of [{ [IDENTITY_HEADER]: await signer.sign(ada, 'agent') }, {}]) {
      const answer = await ask(headers)
      expect(answer).toMatchObject(refusal)
      expect(answer.data).toBeUndefined()
    }
    // For who asks through the client it is a fault between the processes, not the caller's.
    await expect(connect('agent').execute(request('{ now }'))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('takes no large body where the subgraph does not ask for them', async () => {
    const identity = await signer.sign(ada, 'task')
    const answered = async (characters: number): Promise<number> => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [IDENTITY_HEADER]: identity },
        body: JSON.stringify({ query: '{ now }', variables: { value: 'a'.repeat(characters) } }),
      })
      return answer.status
    }
    expect(await answered(1000)).toBe(200)
    // It is refused by its announced length: the connection may be cut before all of it is sent.
    expect(await answered(8_000_000).catch(() => 413)).toBe(413)
  })

  it('closes a socket with an identity for another subgraph by 4403', async () => {
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws')
    const identity = await signer.sign(ada, 'agent')
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { identity } })))
    expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(4403)
    const updates = await subscribe(connect('agent'))
    expect((await updates.next()).value).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
    expect((await updates.next()).done).toBe(true)
    expect(await listeners()).toBe(0)
  })

  it('closes a socket for what breaks graphql-js, and keeps its message to itself', async () => {
    const identity = await signer.sign(ada, 'task')
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws')
    // A rule of graphql-js throws on a condition at the root of a subscription.
    const query = 'subscription ($isWanted: Boolean!) { notes @include(if: $isWanted) { text } }'
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { identity } })))
    socket.on('message', () => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } })))
    const closed = await new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
    expect(closed).toEqual({ code: 4500, reason: 'Internal server error' })
  })

  it('streams what came before and what happens in another process', async () => {
    await write(1)
    const updates = await subscribe(client)
    expect((await updates.next()).value.data).toEqual({ notes: { text: 'V1' } })
    const pending = updates.next()
    await write(2)
    expect((await pending).value.data).toEqual({ notes: { text: 'V2' } })
    await updates.return!()
    await vi.waitFor(async () => expect(await listeners()).toBe(0), SOON)
  })

  it('stops the upstream in the serving process when the client completes while it waits', async () => {
    const updates = await subscribe(client, 1_000_000)
    await vi.waitFor(async () => expect(await listeners()).toBe(1), SOON)
    const pending = updates.next()
    await updates.return!()
    expect((await pending).done).toBe(true)
    await vi.waitFor(async () => expect(await listeners()).toBe(0), SOON)
  })

  it('stops the upstream when the client completes before its socket is open', async () => {
    const updates = await subscribe(client, 1_000_000)
    await updates.return!()
    expect((await updates.next()).done).toBe(true)
    // Time enough for a subscription that was started nevertheless.
    await sleep(300)
    expect(await listeners()).toBe(0)
  })

  it('is UNAVAILABLE when the connection is lost, to who waits and to who asks then', async () => {
    const [doomed, address] = await serve()
    const remote = connect('task', address)
    const updates = await subscribe(remote, 1_000_000)
    const pending = updates.next()
    await vi.waitFor(
      async () => expect((await remote.execute(request('{ listeners }'))).data).toEqual({ listeners: 1 }),
      SOON,
    )
    await doomed.end('SIGKILL')
    expect((await pending).value).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
    expect((await updates.next()).done).toBe(true)
    await expect(remote.execute(request('{ now }'))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('ends cleanly by a signal while somebody is subscribed', async () => {
    const [ending, address] = await serve()
    const updates = await subscribe(connect('task', address), 1_000_000)
    const pending = updates.next()
    const remote = connect('task', address)
    await vi.waitFor(
      async () => expect((await remote.execute(request('{ listeners }'))).data).toEqual({ listeners: 1 }),
      SOON,
    )
    expect(await ending.end('SIGTERM')).toBe(0)
    await pending
    expect((await updates.next()).done).toBe(true)
  })
})
