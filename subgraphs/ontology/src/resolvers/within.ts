import { BadUserInputError } from '@mothership/platform/errors'

/** The number of an argument. Throws BadUserInputError where it is out of its bounds. */
export const within = (name: string, given: number, [least, most]: readonly [number, number]): number => {
  if (given >= least && given <= most) return given
  throw new BadUserInputError(`${name} is ${given}; it may be ${least} to ${most}.`, { path: name })
}
