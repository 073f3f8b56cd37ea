import { createHttpServer, listen } from '@mothership/platform/http'
import { createLogger, createMetrics } from '@mothership/platform/telemetry'
import { buildSchema } from 'graphql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createRateLimits } from '../src/rate-limits.ts'
import { createSocketHandler, type WebSocketServices } from '../src/websocket.ts'

const SOON = { timeout: 30_000 }

const logger = createLogger({ name: 'test', level: 'silent' })
const app = createHttpServer({ logger, metrics: createMetrics(), ready: async () => null })
const limits = createRateLimits(undefined, 'test')
const running = new Set<object>()
let peak = 0
let subject = ''
let url: string

/** Updates that never come, as of a task that nobody works on. */
const silence = (): AsyncIterableIterator<never> => {
  let wake: (result: IteratorResult<never>) => void = () => undefined
  const updates: AsyncIterableIterator<never> = {
    next: () => new Promise((resolve) => (wake = resolve)),
    return: async () => {
      running.delete(updates)
      wake({ done: true, value: undefined })
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
  running.add(updates)
  peak = Math.max(peak, running.size)
  return updates
}

beforeAll(async () => {
  const services = {
    limits,
    logger,
    tokens: {
      verify: async () => ({
        identity: { role: 'VIEWER', subject, name: 'Ada' },
        expiresAt: new Date(Date.now() + 600_000),
      }),
    },
    subscriptions: {
      apiSchema: buildSchema('type Query { now: Int } type Subscription { ticks: Int }'),
      subscribe: async () => silence(),
    },
  } as unknown as WebSocketServices
  app.get('/graphql', { websocket: true }, await createSocketHandler(app, services))
  url = `ws://127.0.0.1:${await listen(app, { host: '127.0.0.1', port: 0 })}/graphql`
})
afterAll(() => app.close())

interface Client {
  /** Sends messages in one write, so that they arrive together. */
  send(...messages: object[]): void
  /** The ids of operations that were refused. */
  readonly refused: string[]
  close(): Promise<void>
}

const open = async (): Promise<Client> => {
  const socket = new WebSocket(url, 'graphql-transport-ws')
  const refused: string[] = []
  await new Promise<void>((resolve) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })))
    socket.on('message', (data: Buffer) => {
      const { type, id } = JSON.parse(data.toString()) as { type: string; id: string }
      if (type === 'connection_ack') resolve()
      if (type === 'error') refused.push(id)
    })
  })
  return {
    refused,
    send: (...messages) => {
      const { _socket: wire } = socket as unknown as { _socket: { cork(): void; uncork(): void } }
      wire.cork()
      for (const message of messages) socket.send(JSON.stringify(message))
      wire.uncork()
    },
    close: () =>
      new Promise((resolve) => {
        if (socket.readyState === socket.CLOSED) return resolve()
        socket.on('close', () => resolve())
        socket.close()
      }),
  }
}

const subscribe = (id: number | string, query = 'subscription { ticks }') => ({
  id: String(id),
  type: 'subscribe',
  payload: { query },
})
const complete = (id: number | string) => ({ id: String(id), type: 'complete' })
const times = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('the operations of a socket', () => {
  const clients: Client[] = []
  const connect = async (): Promise<Client> => {
    const client = await open()
    clients.push(client)
    return client
  }
  beforeEach(() => {
    peak = 0
    subject = `ada ${Math.random()}`
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
    await vi.waitFor(() => expect(running.size).toBe(0), SOON)
  })

  it('are at most 100, also where 900 are asked for at once', async () => {
    const client = await connect()
    client.send(...times(900).map((id) => subscribe(id)))
    await vi.waitFor(() => expect(client.refused).toHaveLength(800), SOON)
    await vi.waitFor(() => expect(running.size).toBe(100), SOON)
    expect(peak).toBe(100)
  })

  it('are at most 500 of one person on all sockets', async () => {
    const six = await Promise.all(times(6).map(connect))
    for (const client of six) client.send(...times(100).map((id) => subscribe(id)))
    await vi.waitFor(() => expect(six.flatMap(({ refused }) => refused)).toHaveLength(100), SOON)
    await vi.waitFor(() => expect(running.size).toBe(500), SOON)
    await six[0]?.close()
    await vi.waitFor(() => expect(running.size).toBeLessThanOrEqual(400), SOON)
    six[5]?.send(...times(100).map((id) => subscribe(`again ${id}`)))
    await vi.waitFor(() => expect(running.size).toBe(500), SOON)
    expect(peak).toBe(500)
  })

  it('give their places back where they end, and where they are refused', async () => {
    const client = await connect()
    client.send(...times(100).map((id) => subscribe(`wrong ${id}`, 'subscription { noSuchField }')))
    await vi.waitFor(() => expect(client.refused).toHaveLength(100), SOON)
    client.send(...times(100).map((id) => subscribe(id)))
    await vi.waitFor(() => expect(running.size).toBe(100), SOON)
    client.send(...times(50).map((id) => complete(id)))
    await vi.waitFor(() => expect(running.size).toBe(50), SOON)
    client.send(...times(50).map((id) => subscribe(`more ${id}`)))
    await vi.waitFor(() => expect(running.size).toBe(100), SOON)
    expect(client.refused).toHaveLength(100)
  })

  it('count each by itself where a client uses one id again and again, and end with the socket', async () => {
    const client = await connect()
    client.send(...times(60).flatMap(() => [subscribe('same'), complete('same')]), subscribe('same'))
    client.send(...times(900).map((id) => subscribe(id)))
    await vi.waitFor(() => expect(client.refused.length).toBeGreaterThanOrEqual(800), SOON)
    await vi.waitFor(() => expect(running.size).toBe(100), SOON)
    expect(peak).toBe(100)
    await client.close()
    await vi.waitFor(() => expect(running.size).toBe(0), SOON)
  })
})
