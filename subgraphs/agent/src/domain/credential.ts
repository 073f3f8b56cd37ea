import { createHash, randomBytes } from 'node:crypto'

/** A credential as it is kept: its secret is known to its holder alone. */
export interface AgentCredential {
  readonly id: string
  readonly name: string
  readonly supervised: boolean
  readonly issuedBy: string
  readonly issuedAt: Date
  readonly secretAt: Date
  readonly revokedAt: Date | null
}

/** A credential at the one moment at which its secret is shown. */
export interface IssuedCredential {
  readonly id: string
  readonly name: string
  readonly secret: string
}

const PREFIX = 'mothership_agent_'

/** 256 random bits behind a prefix that scanners for leaked secrets can find. */
export const newSecret = (): string => PREFIX + randomBytes(32).toString('base64url')

/**
 * What is kept of a secret. SHA-256 will do for 256 random bits, and finding the row by its hash takes a time that
 * tells nothing of the secret.
 */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')
