import { UnavailableError } from './errors.ts'

/** The error for what the contract names and this version does not have: said plainly rather than answered wrongly. */
export const unavailable = (what: string): UnavailableError =>
  new UnavailableError(`${what} is not available in this version of Mothership.`)
