import { createHttpServer } from '@mothership/platform/http'
import type { Peers } from '@mothership/platform/peers'
import { createMetrics } from '@mothership/platform/telemetry'
import { createTestDatabase, testLogger } from '@mothership/platform/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openAccessTokens } from '../src/accounts/access-tokens.ts'
import { type Accounts, createAccounts } from '../src/accounts/accounts.ts'
import { createAccountStore } from '../src/accounts/store.ts'
import { mountAuth } from '../src/auth-routes.ts'
import { networkOf } from '../src/network-of.ts'
import { createRateLimits } from '../src/rate-limits.ts'

const PROXY = '10.1.2.3'
/** Failures within a minute that one address may have. */
const FAILURES = 100

let database: Awaited<ReturnType<typeof createTestDatabase>>
let accounts: Accounts
let tokens: Awaited<ReturnType<typeof openAccessTokens>>
beforeAll(async () => {
  database = await createTestDatabase()
  const store = createAccountStore(database)
  tokens = await openAccessTokens(store, { personSeconds: 600 })
  accounts = createAccounts(store, tokens)
  await accounts.ensureAdmin(undefined)
})
afterAll(() => database.dispose())

type App = ReturnType<typeof createHttpServer>
let app: App
const start = (trustedProxies?: readonly string[]): void => {
  const options = { logger: testLogger, metrics: createMetrics(), ready: async () => null }
  app = createHttpServer({ ...options, ...(trustedProxies && { trustedProxies }) })
  const limits = createRateLimits(undefined, 'test')
  mountAuth(app, { accounts, tokens, limits, peers: {} as Peers })
}

const post = async (payload: object, from: { remoteAddress: string; forwardedFor?: string }) => {
  const { remoteAddress, forwardedFor } = from
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }
  const answer = await app.inject({ method: 'POST', url: '/auth/token', payload, remoteAddress, headers })
  return { status: answer.statusCode, body: answer.json<{ refreshToken: string }>() }
}
const guess = async (from: Parameters<typeof post>[1]): Promise<number> =>
  (await post({ signInCode: 'no code of ours' }, from)).status
const useUp = async (from: Parameters<typeof post>[1]): Promise<void> => {
  for (let failure = 0; failure < FAILURES; failure++) expect(await guess(from)).toBe(401)
  expect(await guess(from)).toBe(429)
}

describe('sign-ins from an address', () => {
  beforeEach(() => start())

  it('are counted by the address of the connection, whatever it says that it forwards', async () => {
    await useUp({ remoteAddress: PROXY, forwardedFor: '192.0.2.1' })
    expect(await guess({ remoteAddress: PROXY, forwardedFor: '192.0.2.2' })).toBe(429)
    expect(await guess({ remoteAddress: '192.0.2.1' })).toBe(401)
  })

  it('that is used up are refused, and sessions from there go on', async () => {
    const from = { remoteAddress: '192.0.2.7' }
    const session = await post({ signInCode: accounts.issueSignInCode() }, from)
    expect(session.status).toBe(200)
    await useUp(from)
    expect((await post({ signInCode: accounts.issueSignInCode() }, from)).status).toBe(429)
    const next = await post({ refreshToken: session.body.refreshToken }, from)
    expect(next.status).toBe(200)
    expect((await post({ refreshToken: next.body.refreshToken }, from)).status).toBe(200)
  })

  it('count no wrong refresh token, which is counted by itself', async () => {
    const from = { remoteAddress: '192.0.2.8' }
    for (let failure = 0; failure < 10; failure++)
      expect((await post({ refreshToken: 'made up' }, from)).status).toBe(401)
    expect((await post({ refreshToken: 'made up' }, from)).status).toBe(429)
    expect((await post({ refreshToken: 'another' }, from)).status).toBe(401)
    expect(await guess(from)).toBe(401)
  })
})

describe('sign-ins behind a proxy that is trusted', () => {
  beforeEach(() => start(['10.0.0.0/8']))

  it('are counted by the address that it forwards', async () => {
    await useUp({ remoteAddress: PROXY, forwardedFor: '192.0.2.1' })
    expect(await guess({ remoteAddress: PROXY, forwardedFor: '192.0.2.2' })).toBe(401)
    expect(await guess({ remoteAddress: PROXY, forwardedFor: '192.0.2.1, 10.9.9.9' })).toBe(429)
  })

  it('take no word of the sender before what the proxy added', async () => {
    await useUp({ remoteAddress: PROXY, forwardedFor: '192.0.2.1' })
    expect(await guess({ remoteAddress: PROXY, forwardedFor: '198.51.100.9, 192.0.2.1' })).toBe(429)
  })

  it('are counted by the connection where it is not of that proxy', async () => {
    await useUp({ remoteAddress: '192.0.2.5', forwardedFor: '192.0.2.1' })
    expect(await guess({ remoteAddress: '192.0.2.5', forwardedFor: '192.0.2.2' })).toBe(429)
  })
})

describe('what an address counts as', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['no address', 'no address'],
  ])('%s: %s', (address, network) => expect(networkOf(address)).toBe(network))
})
