import { SignJWT, errors as joseErrors, jwtVerify } from 'jose'
import { z } from 'zod'
import { UnauthenticatedError } from './errors.ts'

export const Role = {
  ADMIN: 'ADMIN',
  CURATOR: 'CURATOR',
  OPERATOR: 'OPERATOR',
  VIEWER: 'VIEWER',
  AGENT: 'AGENT',
  SERVICE: 'SERVICE',
} as const
export type Role = (typeof Role)[keyof typeof Role]

const INCLUDES: Record<Role, readonly Role[]> = {
  ADMIN: ['ADMIN', 'CURATOR', 'OPERATOR', 'VIEWER'],
  CURATOR: ['CURATOR', 'VIEWER'],
  OPERATOR: ['OPERATOR', 'VIEWER'],
  VIEWER: ['VIEWER'],
  AGENT: ['AGENT'],
  SERVICE: ['SERVICE', 'VIEWER'],
}

/** Whether who holds one role may do what the other may. */
export const roleIncludes = (held: Role, wanted: Role): boolean => INCLUDES[held].includes(wanted)

const roleSchema = z.enum(Role)
const identitySchema = z.object({
  role: roleSchema,
  subject: z.string().min(1),
  name: z.string(),
  instance: z.string().optional(),
  onBehalfOf: z.object({ role: roleSchema, subject: z.string() }).optional(),
})

/**
 * Who asks. `subject` is the username of a person (it never changes), the credential id of an agent, or the name of a
 * subgraph for a SERVICE; `instance` is an agent's, where its token names one.
 */
export interface Identity {
  readonly role: Role
  readonly subject: string
  readonly name: string
  readonly instance?: string
  readonly onBehalfOf?: { readonly role: Role; readonly subject: string }
}

/** Whom an edit or a task is put down to: the person or agent behind a service, else the caller. */
export const actingSubject = (identity: Identity): string => identity.onBehalfOf?.subject ?? identity.subject

/** The header that carries a signed identity from the gateway or a peer to a subgraph. */
export const IDENTITY_HEADER = 'x-mothership-identity'

const LIFETIME_SECONDS = 30
const ISSUER = 'mothership'

export interface IdentitySigner {
  /** A token for one subgraph, valid for 30 seconds. */
  sign(identity: Identity, audience: string): Promise<string>
  /** Throws UnauthenticatedError where the token is missing, forged, expired or meant for another subgraph. */
  verify(token: string | undefined, audience: string): Promise<Identity>
}

/** Signs and verifies identities with the secret that the gateway and the subgraphs share (HMAC-SHA-256). */
export const createIdentitySigner = (secret: string): IdentitySigner => {
  const key = new TextEncoder().encode(secret)
  return {
    sign: (identity, audience) =>
      new SignJWT({ identity: { ...identity } })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${LIFETIME_SECONDS}s`)
        .sign(key),
    verify: async (token, audience) => {
      if (token === undefined) throw new UnauthenticatedError('No identity was given. Ask through the gateway.')
      try {
        const { payload } = await jwtVerify(token, key, { issuer: ISSUER, audience, algorithms: ['HS256'] })
        return toIdentity(identitySchema.parse(payload['identity']))
      } catch (error) {
        if (error instanceof joseErrors.JOSEError || error instanceof z.ZodError) {
          throw new UnauthenticatedError('The identity is not valid for this subgraph, or it has run out.')
        }
        throw error
      }
    },
  }
}

const toIdentity = (parsed: z.infer<typeof identitySchema>): Identity => ({
  role: parsed.role,
  subject: parsed.subject,
  name: parsed.name,
  ...(parsed.instance !== undefined && { instance: parsed.instance }),
  ...(parsed.onBehalfOf && { onBehalfOf: parsed.onBehalfOf }),
})

/** The identity under which a subgraph calls another, for the person or agent behind it. */
export const serviceIdentity = (actor: string, onBehalfOf: Identity | null): Identity => {
  const behind = onBehalfOf?.onBehalfOf ?? onBehalfOf
  return {
    role: Role.SERVICE,
    subject: actor,
    name: actor,
    ...(behind && { onBehalfOf: { role: behind.role, subject: behind.subject } }),
  }
}
