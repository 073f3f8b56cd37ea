import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { CircuitOpenError, createCircuitBreaker } from '../src/circuit-breaker.ts'
import { describeRemoteFailure, retrying, UnusableAnswerError } from '../src/remote-calls.ts'

/** A second, which waitFor gives unless it is told, is not enough where the machine is busy. */
const SOON = { timeout: 60_000 }

type Behaviour = (response: ServerResponse) => void

const ok: Behaviour = (response) => void response.end('{"answer":42}')
const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(code, headers).end('{"error":"the key sk-secret is wrong"}')
const hang: Behaviour = () => undefined
const drop: Behaviour = (response) => void response.destroy()
const truncated: Behaviour = (response) => void response.end('{"answer":4')

describe('a call of a service that fails', () => {
  let script: Behaviour[]
  let asked: number[]
  const server = createServer((_request, response) => {
    asked.push(performance.now())
    ;(script.shift() ?? ok)(response)
  })
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    asked = []
  })

  /** Asks as the providers' clients do: what is no success is thrown with its status and headers. */
  const ask = (...behaviours: Behaviour[]) => {
    script = behaviours
    return async ({ signal }: { signal: AbortSignal }): Promise<unknown> => {
      const { port } = server.address() as AddressInfo
      const response = await fetch(`http://127.0.0.1:${port}/`, { signal })
      if (!response.ok) throw Object.assign(new Error(await response.text()), response, pick(response))
      const { answer } = (await response.json()) as { answer: number }
      if (answer !== 42) throw new UnusableAnswerError('answered another number')
      return answer
    }
  }
  const pick = ({ status, headers }: Response) => ({ status, headers })
  const options = { attempts: 3, timeoutMilliseconds: 20_000, baseMilliseconds: 5 }

  it.each([
    ['429', status(429)],
    ['500', status(500)],
    ['529', status(529)],
    ['a connection that breaks', drop],
    ['JSON that is cut off', truncated],
    ['an answer that is not usable', (response: ServerResponse) => void response.end('{"answer":41}')],
  ])('is made again after %s', async (_name, behaviour) => {
    expect(await retrying(ask(behaviour, behaviour), options)).toBe(42)
    expect(asked).toHaveLength(3)
  })

  it.each([400, 401, 403, 404, 422])('is not made again after %d', async (code) => {
    await expect(retrying(ask(status(code)), options)).rejects.toMatchObject({ status: code })
    expect(asked).toHaveLength(1)
  })

  it('is made again where a try hangs, whose connection is given up', async () => {
    expect(await retrying(ask(hang), { ...options, timeoutMilliseconds: 5000 })).toBe(42)
    expect(asked).toHaveLength(2)
  })

  it('throws the last failure when the tries are used up', async () => {
    await expect(retrying(ask(status(500), status(500), status(503)), options)).rejects.toMatchObject({ status: 503 })
    expect(asked).toHaveLength(3)
  })

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    await retrying(ask(status(429, { 'retry-after': '1' })), options)
    expect(asked[1]! - asked[0]!).toBeGreaterThanOrEqual(990)
    asked = []
    const later = new Date(Date.now() + 3000).toUTCString()
    await retrying(ask(status(503, { 'retry-after': later })), options)
    // Not how long it waited: the first answer may have come late.
    expect(asked).toHaveLength(2)
    expect(performance.timeOrigin + asked[1]!).toBeGreaterThanOrEqual(Date.parse(later) - 10)
  })

  it('gives up at once where Retry-After asks for more than is waited', async () => {
    const limit = { ...options, maxRetryAfterMilliseconds: 50 }
    const call = retrying(ask(status(429, { 'retry-after': '3600' })), limit)
    await expect(call).rejects.toMatchObject({ status: 429 })
    expect(asked).toHaveLength(1)
  })

  it('ends with the signal of who called, in a try and in a wait', async () => {
    for (const behaviour of [hang, status(429, { 'retry-after': '9' })]) {
      asked = []
      let failed = 0
      const trying = ask(behaviour)
      const ending = new AbortController()
      const call = retrying((given) => trying(given).finally(() => (failed += 1)), {
        ...options,
        signal: ending.signal,
      })
      const ended = expect(call).rejects.toThrow('no longer wanted')
      await vi.waitFor(() => expect([asked.length, failed]).toEqual([1, behaviour === hang ? 0 : 1]), SOON)
      ending.abort(new Error('no longer wanted'))
      await ended
      expect(asked).toHaveLength(1)
    }
  })

  it('is told in words that repeat nothing of what the service wrote', async () => {
    const told = async (behaviour: Behaviour): Promise<string> => {
      const timeoutMilliseconds = behaviour === hang ? 2000 : options.timeoutMilliseconds
      const failing = retrying(ask(behaviour), { ...options, attempts: 1, timeoutMilliseconds })
      return failing.then(() => 'no failure', describeRemoteFailure)
    }
    expect(await told(status(401))).toBe('refused the key (401)')
    expect(await told(status(404))).toBe('does not know this model or address (404)')
    expect(await told(status(500))).toBe('answered 500')
    expect(await told(hang)).toBe('did not answer within 2 s')
    expect(await told(drop)).toBe('could not be reached')
    expect(await told(truncated)).toBe('answered what is not JSON')
  })
})

it('a try that does not heed its signal is left alone', async () => {
  let tries = 0
  const deaf = (): Promise<string> => (++tries === 1 ? new Promise(() => undefined) : Promise.resolve('second'))
  expect(await retrying(deaf, { attempts: 2, timeoutMilliseconds: 50, baseMilliseconds: 1 })).toBe('second')
})

describe('the status and headers of an error', () => {
  it.each([
    ['status and Headers', { status: 429, headers: new Headers({ 'retry-after': '60' }) }],
    ['statusCode and a plain object', { statusCode: 429, headers: { 'retry-after': '60' } }],
    ['a response', { response: { status: 429, headers: { 'retry-after': '60' } } }],
    ['a cause', { cause: { status: 429, headers: { 'retry-after': '60' } } }],
  ])('are read from %s', async (_name, shape) => {
    let tries = 0
    const call = async (): Promise<never> => {
      tries += 1
      throw Object.assign(new Error('too many'), shape)
    }
    const options = { attempts: 3, timeoutMilliseconds: 1000, baseMilliseconds: 1 }
    await expect(retrying(call, options)).rejects.toThrow('too many')
    expect(tries).toBe(1)
    await expect(retrying(call, { ...options, maxRetryAfterMilliseconds: 0 })).rejects.toThrow('too many')
    expect(tries).toBe(2)
  })

  it('of an account without money is not asked again', async () => {
    let tries = 0
    const call = async (): Promise<never> => {
      tries += 1
      throw Object.assign(new Error('no money'), { status: 429, code: 'insufficient_quota' })
    }
    await expect(retrying(call, { attempts: 3, timeoutMilliseconds: 1000, baseMilliseconds: 1 })).rejects.toThrow()
    expect(tries).toBe(1)
  })
})

describe('a circuit breaker', () => {
  let clock: number
  const create = (isFailure?: (error: unknown) => boolean) =>
    createCircuitBreaker({ failures: 3, openMilliseconds: 1000, now: () => clock, ...(isFailure && { isFailure }) })
  const fails = (): Promise<never> => Promise.reject(new Error('down'))
  const works = async (): Promise<string> => 'up'
  beforeEach(() => {
    clock = 0
  })

  it('opens after so many failures one after the other, and then calls nothing', async () => {
    const breaker = create()
    for (let turn = 0; turn < 2; turn++) await expect(breaker.run(fails)).rejects.toThrow('down')
    await breaker.run(works)
    for (let turn = 0; turn < 3; turn++) await expect(breaker.run(fails)).rejects.toThrow('down')
    expect(breaker.state()).toBe('open')
    let isCalled = false
    const call = breaker.run(async () => (isCalled = true))
    await expect(call).rejects.toBeInstanceOf(CircuitOpenError)
    expect(isCalled).toBe(false)
  })

  it('lets one call try the service when the time is over; it closes, or opens for as long again', async () => {
    const breaker = create()
    for (let turn = 0; turn < 3; turn++) await expect(breaker.run(fails)).rejects.toThrow('down')
    clock = 1000
    expect(breaker.state()).toBe('half-open')
    let answer: (error: Error) => void = () => undefined
    const trial = breaker.run(() => new Promise((_resolve, reject) => (answer = reject)))
    await expect(breaker.run(works)).rejects.toBeInstanceOf(CircuitOpenError)
    answer(new Error('still down'))
    await expect(trial).rejects.toThrow('still down')
    clock = 1999
    expect(breaker.state()).toBe('open')
    clock = 2000
    expect(await breaker.run(works)).toBe('up')
    expect(breaker.state()).toBe('closed')
  })

  it('counts only what is the fault of the service, and a trial that ends otherwise makes room for the next', async () => {
    const breaker = create((error) => (error as Error).message === 'down')
    const refused = (): Promise<never> => Promise.reject(new Error('our own'))
    for (let turn = 0; turn < 5; turn++) await expect(breaker.run(refused)).rejects.toThrow('our own')
    expect(breaker.state()).toBe('closed')
    for (let turn = 0; turn < 3; turn++) await expect(breaker.run(fails)).rejects.toThrow('down')
    clock = 1000
    await expect(breaker.run(refused)).rejects.toThrow('our own')
    expect(await breaker.run(works)).toBe('up')
  })

  it('does not close by a call that began before it opened', async () => {
    const breaker = create()
    let answer: (value: string) => void = () => undefined
    const slow = breaker.run(() => new Promise<string>((resolve) => (answer = resolve)))
    for (let turn = 0; turn < 3; turn++) await expect(breaker.run(fails)).rejects.toThrow('down')
    answer('late')
    expect(await slow).toBe('late')
    expect(breaker.state()).toBe('open')
  })
})
