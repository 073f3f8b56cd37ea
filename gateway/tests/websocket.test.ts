import { createHttpServer, listen } from '@mothership/platform/http'
import { createLogger, createMetrics } from '@mothership/platform/telemetry'
import { buildSchema } from 'graphql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createRateLimits } from '../src/rate-limits.ts'
import { createSocketHandler, type WebSocketServices } from '../src/websocket.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const app = createHttpServer({ logger, metrics: createMetrics(), ready: async () => null })
const limits = createRateLimits(undefined, 'test')
let url: string

beforeAll(async () => {
  const broken = {
    limits,
    logger,
    tokens: {
      verify: async () => ({
        identity: { role: 'VIEWER', subject: 'ada', name: 'Ada' },
        expiresAt: new Date(Date.now() + 60_000),
      }),
    },
    subscriptions: {
      apiSchema: buildSchema('type Query { now: Int } type Subscription { ticks: Int }'),
      subscribe: () => Promise.reject(new Error('password=hunter2 was refused')),
    },
  } as unknown as WebSocketServices
  const handler = await createSocketHandler(app, broken)
  app.get('/graphql', { websocket: true }, handler)
  url = `ws://127.0.0.1:${await listen(app, { host: '127.0.0.1', port: 0 })}/graphql`
})
afterAll(() => app.close())

it('a bug behind a socket closes it without a word of its message', async () => {
  const socket = new WebSocket(url, 'graphql-transport-ws')
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })))
  socket.on('message', () =>
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { ticks }' } })),
  )
  const closed = await new Promise((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  expect(closed).toEqual({ code: 4500, reason: 'Internal server error' })
})
