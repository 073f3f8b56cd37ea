import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UnauthenticatedError } from '../src/errors.ts'
import { BODY_LIMIT, createHttpServer, listen } from '../src/http.ts'
import type { Role } from '../src/identity.ts'
import { LARGE_BODY_LIMIT, routeLargeBodies } from '../src/large-bodies.ts'
import { createMetrics } from '../src/telemetry.ts'
import { testLogger } from '../src/testing.ts'

/** A second, which waitFor gives unless it is told, is not enough where the machine is busy. */
const SOON = { timeout: 60_000 }

let app: FastifyInstance
let port: number
/** Those who wait in the handler, and how each is let go. */
let inside: (() => void)[]
let doorIsShut: boolean
/** How many announced a large body, and were asked who they are. */
let announced: number

beforeEach(async () => {
  inside = []
  doorIsShut = false
  announced = 0
  app = createHttpServer({ logger: testLogger, metrics: createMetrics(), ready: async () => null })
  await routeLargeBodies(app, {
    url: '/graphql',
    handler: async ({ body }) => {
      if (doorIsShut) await new Promise<void>((resolve) => inside.push(resolve))
      return { length: (body as { content: string }).content.length }
    },
    identify: async ({ headers }) => {
      const role = headers['x-role']
      if (typeof role !== 'string') throw new UnauthenticatedError('Sign in first.')
      announced += 1
      return { role: role as Role, subject: 'ada', name: 'Ada' }
    },
  })
  port = await listen(app, { host: '127.0.0.1', port: 0 })
})
afterEach(() => app.close())

const textOf = (bytes: number): string => 'a'.repeat(bytes)
const bodyOf = (content: unknown): string => JSON.stringify({ content })

const post = async (body: string | ReadableStream, role?: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(role !== undefined && { 'x-role': role }), ...headers },
    body,
    ...(typeof body !== 'string' && { duplex: 'half' }),
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as never }
}
const refusal = (code: string, more: object = {}) => ({ errors: [{ extensions: { code, ...more } }] })

describe('a body above the limit of all others', () => {
  it('is read from a curator and an admin', async () => {
    for (const role of ['CURATOR', 'ADMIN']) {
      expect(await post(bodyOf(textOf(20_000_000)), role)).toMatchObject({ status: 200, body: { length: 20_000_000 } })
    }
  })

  it.each(['VIEWER', 'OPERATOR', 'AGENT', 'SERVICE'])('is refused to %s', async (role) => {
    const { status, body } = await post(bodyOf(textOf(9_000_000)), role)
    expect(status).toBe(413)
    expect(body).toMatchObject(refusal('BAD_USER_INPUT', { path: 'content' }))
    expect(await post(bodyOf(textOf(7_000_000)), role)).toMatchObject({ status: 200 })
  })

  it('is refused to who is nobody, before any of it came', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n',
    )
    const [first] = (await once(socket, 'data')) as [Buffer]
    expect(first.toString()).toMatch(/^HTTP\/1.1 401 [^]*UNAUTHENTICATED/)
    socket.destroy()
  })

  it('is refused to a curator beyond the limit, and says what to do', async () => {
    const { status, body } = await post(bodyOf(textOf(LARGE_BODY_LIMIT)), 'CURATOR')
    expect(status).toBe(413)
    expect(body).toMatchObject(refusal('BAD_USER_INPUT', { path: 'content' }))
    expect((body as { errors: { message: string }[] }).errors[0]!.message).toMatch(/108000000.*in parts/)
  })

  it('is refused where it does not say its length', async () => {
    const parts = (bytes: number) => Readable.toWeb(Readable.from([bodyOf(textOf(bytes))])) as ReadableStream
    expect(await post(parts(7_000_000), 'CURATOR')).toMatchObject({ status: 200 })
    const { status, body } = await post(parts(9_000_000), 'CURATOR')
    expect(status).toBe(413)
    expect(body).toMatchObject(refusal('BAD_USER_INPUT', { path: 'content' }))
  })

  it('is refused where many parts make it large, and not one text', async () => {
    const { status, body } = await post(bodyOf(Array.from({ length: 3_000_000 }, () => ({}))), 'CURATOR')
    expect(status).toBe(413)
    expect(body).toMatchObject(refusal('BAD_USER_INPUT'))
    const quotes = '\\"'.repeat(5_000_000)
    expect(await post(bodyOf(quotes), 'CURATOR')).toMatchObject({ status: 200, body: { length: 10_000_000 } })
  })

  it('of faulty JSON is answered as any other', async () => {
    expect(await post(`{"content": "${textOf(9_000_000)}`, 'CURATOR')).toMatchObject({ status: 413 })
    expect(await post(`{"content": "${textOf(9_000_000)}"`, 'CURATOR')).toMatchObject({ status: 400 })
    expect(await post('{', 'VIEWER')).toMatchObject({ status: 400 })
  })

  it('is refused as GraphQL over HTTP has it, to who accepts that', async () => {
    const { headers } = await post(bodyOf(textOf(9_000_000)), 'VIEWER', { accept: 'application/graphql-response+json' })
    expect(headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8')
  })
})

describe('the places for large bodies', () => {
  const large = bodyOf(textOf(9_000_000))
  const isBusy = { status: 503, body: refusal('UNAVAILABLE') }

  it('are two, and whoever finds none is told when to come again, while small ones are answered', async () => {
    doorIsShut = true
    const working = [post(large, 'CURATOR'), post(large, 'CURATOR')]
    await vi.waitFor(() => expect(inside).toHaveLength(2), SOON)
    const third = await post(large, 'CURATOR')
    expect(third).toMatchObject({ status: 503, body: refusal('UNAVAILABLE', { retryAfterSeconds: 15 }) })
    expect(third.headers.get('retry-after')).toBe('15')
    doorIsShut = false
    expect(await post(bodyOf('small'), 'VIEWER')).toMatchObject({ status: 200 })
    for (const leave of inside) leave()
    expect(await Promise.all(working)).toMatchObject([{ status: 200 }, { status: 200 }])
    expect(await post(large, 'CURATOR')).toMatchObject({ status: 200 })
  })

  const sendPart = () => {
    const socket = connect(port, '127.0.0.1')
    const head = `POST /graphql HTTP/1.1\r\nhost: a\r\nx-role: CURATOR\r\ncontent-type: application/json\r\n`
    socket.write(`${head}content-length: ${large.length}\r\n\r\n${large.slice(0, 1000)}`)
    return socket
  }

  it('are given back by who goes away before all of it came', async () => {
    const sockets = [sendPart(), sendPart()]
    // Before anybody else asks, who could have the place of one of them.
    await vi.waitFor(() => expect(announced).toBe(2), SOON)
    await vi.waitFor(async () => expect(await post(large, 'CURATOR')).toMatchObject(isBusy), SOON)
    for (const socket of sockets) socket.destroy()
    await vi.waitFor(async () => expect(await post(large, 'CURATOR')).toMatchObject({ status: 200 }), SOON)
  })

  it('are kept while the work goes on for who has gone away', async () => {
    doorIsShut = true
    const leaving = new AbortController()
    for (let n = 0; n < 2; n++) {
      void fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-role': 'CURATOR' },
        body: large,
        signal: leaving.signal,
      }).catch(() => undefined)
    }
    await vi.waitFor(() => expect(inside).toHaveLength(2), SOON)
    leaving.abort()
    doorIsShut = false
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await post(large, 'CURATOR')).toMatchObject(isBusy)
    for (const leave of inside) leave()
    await vi.waitFor(async () => expect(await post(large, 'CURATOR')).toMatchObject({ status: 200 }), SOON)
  })
})

it('leaves the limit of the other routes as it was', async () => {
  const other = createHttpServer({ logger: testLogger, metrics: createMetrics(), ready: async () => null })
  other.post('/auth/token', async () => ({}))
  await routeLargeBodies(other, {
    url: '/graphql',
    handler: async () => ({}),
    identify: async () => ({ role: 'ADMIN', subject: 'ada', name: 'Ada' }),
  })
  const payload = bodyOf(textOf(BODY_LIMIT))
  const send = (url: string) =>
    other.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } })
  expect((await send('/auth/token')).statusCode).toBe(413)
  expect((await send('/graphql')).statusCode).toBe(200)
  await other.close()
})
