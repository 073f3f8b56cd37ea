import { randomUUID } from 'node:crypto'
import { UnauthenticatedError } from '@mothership/platform/errors'
import { type Identity, Role } from '@mothership/platform/identity'
import {
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
} from 'jose'
import { z } from 'zod'
import type { AccountStore } from './store.ts'

const ALGORITHM = 'ES256'
const ISSUER = 'mothership'
const AUDIENCE = 'mothership-api'
/** How long an agent's token lives; its secret gets the next one. */
const AGENT_TOKEN_SECONDS = 300

const claims = z.object({
  sub: z.string().min(1),
  name: z.string(),
  role: z.enum([Role.ADMIN, Role.CURATOR, Role.OPERATOR, Role.VIEWER, Role.AGENT]),
  instance: z.string().optional(),
  exp: z.number(),
})

export interface AccessTokens {
  /** A token for a person or an agent, and its lifetime in seconds. */
  issue(identity: Identity): Promise<{ accessToken: string; expiresIn: number }>
  /** Throws UnauthenticatedError where the token is missing, forged or expired. */
  verify(authorization: string | undefined): Promise<{ identity: Identity; expiresAt: Date }>
  /** The public keys, as `/.well-known/jwks.json` shows them. */
  readonly jwks: JSONWebKeySet
}

/** Access tokens signed by the installation's own key, which is made at the first start. */
export const openAccessTokens = async (
  store: AccountStore,
  options: { personSeconds: number },
): Promise<AccessTokens> => {
  if ((await store.keys()).length === 0) await store.addFirstKey(await newKey())
  const keys = await store.keys()
  const [signing] = keys
  if (!signing) throw new Error('the signing key was not stored')
  const privateKey = await importJWK(signing.privateJwk, ALGORITHM)
  const jwks: JSONWebKeySet = { keys: keys.map(({ publicJwk }) => publicJwk) }
  const keySet = createLocalJWKSet(jwks)
  return {
    jwks,
    issue: async (identity) => {
      const expiresIn = identity.role === Role.AGENT ? AGENT_TOKEN_SECONDS : options.personSeconds
      const { role, name, instance } = identity
      const accessToken = await new SignJWT({ role, name, ...(instance !== undefined && { instance }) })
        .setProtectedHeader({ alg: ALGORITHM, kid: signing.id, typ: 'at+jwt' })
        .setSubject(identity.subject)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(`${expiresIn}s`)
        .setJti(randomUUID())
        .sign(privateKey)
      return { accessToken, expiresIn }
    },
    verify: async (authorization) => {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1]
      if (token === undefined) throw new UnauthenticatedError('Sign in first: send "Authorization: Bearer <token>".')
      try {
        const { payload } = await jwtVerify(token, keySet, {
          issuer: ISSUER,
          audience: AUDIENCE,
          algorithms: [ALGORITHM],
          typ: 'at+jwt',
        })
        const { sub, name, role, instance, exp } = claims.parse(payload)
        const identity = { role, subject: sub, name, ...(instance !== undefined && { instance }) }
        return { identity, expiresAt: new Date(exp * 1000) }
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
          throw new UnauthenticatedError('The access token is not valid, or it has run out. Get a new one.')
        }
        throw error
      }
    },
  }
}

const newKey = async () => {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  const id = randomUUID()
  const shared = { kid: id, alg: ALGORITHM, use: 'sig' }
  return {
    id,
    privateJwk: { ...(await exportJWK(privateKey)), ...shared },
    publicJwk: { ...(await exportJWK(publicKey)), ...shared },
  }
}
