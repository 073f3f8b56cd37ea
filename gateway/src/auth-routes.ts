import {
  BadUserInputError,
  MothershipError,
  RateLimitedError,
  UnauthenticatedError,
  ForbiddenError,
  type ErrorCode,
} from '@mothership/platform/errors'
import { Role } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { AccessTokens } from './accounts/access-tokens.ts'
import type { Accounts } from './accounts/accounts.ts'
import { ExchangeAgentSecretDocument } from './generated/agent-documents.ts'
import { networkOf } from './network-of.ts'
import type { RateLimits } from './rate-limits.ts'

const secret = z.string().min(1).max(500)
const credentials = z.union([
  z.strictObject({ username: z.string().regex(/^[^\0]{1,100}$/), password: secret }),
  z.strictObject({ refreshToken: secret }),
  z.strictObject({ agentSecret: secret, instance: z.string().min(1).max(100).optional() }),
  z.strictObject({ signInCode: secret }),
])
const newAccount = z.strictObject({
  username: z.string().max(100),
  password: secret,
  role: z.enum([Role.ADMIN, Role.CURATOR, Role.OPERATOR, Role.VIEWER]),
})

const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
}

export interface AuthServices {
  accounts: Accounts
  tokens: AccessTokens
  peers: Peers
  limits: RateLimits
}

/** The routes of http.md that sign in and out. A failure answers `{ error: { code, message } }`. */
export const mountAuth = (app: FastifyInstance, services: AuthServices): void => {
  const { accounts, tokens, limits } = services
  const answer = async (reply: FastifyReply, work: () => Promise<unknown>): Promise<unknown> => {
    void reply.header('cache-control', 'no-store')
    try {
      return (await work()) ?? { ok: true }
    } catch (error) {
      if (!(error instanceof MothershipError)) throw error
      if (error instanceof RateLimitedError)
        void reply.header('retry-after', String(error.details['retryAfterSeconds']))
      const { code, message, details } = error
      return reply.status(STATUS[code] ?? 400).send({ error: { code, message, ...details } })
    }
  }
  app.post('/auth/token', (request, reply) => answer(reply, () => issueToken(services, request)))
  app.post('/auth/logout', (request, reply) =>
    answer(reply, async () => {
      const { refreshToken } = parse(z.strictObject({ refreshToken: secret }), request.body, '{refreshToken}')
      await accounts.signOut(refreshToken)
    }),
  )
  app.post('/auth/accounts', (request, reply) =>
    answer(reply, async () => {
      const { identity } = await tokens.verify(request.headers.authorization)
      await limits.request(identity.subject)
      if (identity.role !== Role.ADMIN) throw new ForbiddenError('Accounts are made by an ADMIN.')
      await accounts.add(parse(newAccount, request.body, '{username, password, role}'))
    }),
  )
  app.get('/.well-known/jwks.json', async (_request, reply) => reply.send(tokens.jwks))
}

const parse = <S extends z.ZodType>(schema: S, body: unknown, expected: string): z.infer<S> => {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new BadUserInputError(`Send JSON with ${expected}.`)
}

const issueToken = async ({ accounts, tokens, peers, limits }: AuthServices, request: FastifyRequest) => {
  const given = parse(credentials, request.body, '{username, password}, {refreshToken} or {agentSecret}')
  const address = networkOf(request.ip)
  if ('username' in given) {
    const { username, password } = given
    return limits.guess({ account: `person:${username}`, address }, () => accounts.signIn(username, password))
  }
  if ('refreshToken' in given) {
    // By itself, as it cannot be guessed: those behind one address go on, whoever else signs in wrongly from there.
    return limits.guess({ token: given.refreshToken }, () => accounts.refresh(given.refreshToken))
  }
  if ('signInCode' in given) return limits.guess({ address }, () => accounts.redeemSignInCode(given.signInCode))
  const { agentSecret, instance } = given
  return limits.guess({ address }, async () => {
    const { exchangeAgentSecret: agent } = await peers.agent(ExchangeAgentSecretDocument, { secret: agentSecret }, null)
    if (!agent) throw new UnauthenticatedError('The agent secret is wrong or was revoked.')
    const identity = { role: Role.AGENT, subject: agent.credentialId, name: agent.name }
    return tokens.issue(instance === undefined ? identity : { ...identity, instance })
  })
}
