import type { MothershipError } from '@mothership/platform/errors'

/** Something that is wrong with what the caller sent: where, and what. */
export interface Fault {
  /** Where it stands, e.g. `changes[2].updateBelief.name`. */
  readonly path: string
  readonly message: string
}

/** The faults that an error tells of: what `faultyInput` made it of, else the error itself. */
export const faultsOf = (error: MothershipError): readonly Fault[] => {
  const { path, problems } = error.details
  if (Array.isArray(problems)) return problems as Fault[]
  const at = typeof path === 'string' ? path : 'changes'
  const { message } = error
  return [{ path: at, message: message.startsWith(`${at}: `) ? message.slice(at.length + 2) : message }]
}
