import { RelationType, Standing } from './node.ts'

/** A relation that moves strengths: SUPPORTS adds, CONTRADICTS takes. */
export interface Evidence {
  readonly id: string
  readonly type: RelationType
  readonly from: string
  readonly to: string
  /** In (0, 1]. */
  readonly weight: number
}

/** Whether relations of this type move strengths; the others are structure. */
export const isEvidence = (type: RelationType): boolean =>
  type === RelationType.SUPPORTS || type === RelationType.CONTRADICTS

/** What a relation adds to the energy of the belief that it bears on, at that strength of the belief it comes from. */
const energyOf = (relation: Pick<Evidence, 'type' | 'weight'>, fromStrength: number): number =>
  relation.type === RelationType.SUPPORTS ? relation.weight * fromStrength : -(relation.weight * fromStrength)

const impact = (energy: number): number => {
  const positive = Math.max(energy, 0)
  return (positive * positive) / (1 + positive * positive)
}

/** The steepest slope of the impact h: 3 * sqrt(3) / 8, at 1 / sqrt(3). */
export const MAX_SLOPE = (3 * Math.sqrt(3)) / 8

/** Where the impact is steepest. */
const STEEPEST_AT = 1 / Math.sqrt(3)

const impactSlope = (energy: number): number => {
  const base = 1 + energy * energy
  return (2 * energy) / (base * base)
}

/** How fast, without its sign, the strength of a belief of that credence changes with its energy. */
export const slopeOf = (credence: number, energy: number): number =>
  energy >= 0 ? (1 - credence) * impactSlope(energy) : credence * impactSlope(-energy)

/** The steepest such slope at any energy within a distance of that one. */
export const steepestNear = (credence: number, energy: number, distance: number): number =>
  Math.max(
    (1 - credence) * steepestBetween(energy - distance, energy + distance),
    credence * steepestBetween(-energy - distance, -energy + distance),
  )

const steepestBetween = (low: number, high: number): number => {
  if (high <= 0) return 0
  if (low <= STEEPEST_AT && high >= STEEPEST_AT) return MAX_SLOPE
  return impactSlope(high < STEEPEST_AT ? high : low)
}

/**
 * The strength, in [0, 1], of a belief of that credence under that energy: credence + (1 - credence) * h(E) -
 * credence * h(-E) with h(x) = max(x, 0)^2 / (1 + max(x, 0)^2). Potyka, KR 2018 (quadratic energy model), the energy
 * extended with weights of relations.
 */
export const strengthOf = (credence: number, energy: number): number =>
  toUnit(credence + (1 - credence) * impact(energy) - credence * impact(-energy))

/** Within [0, 1], which rounding may leave by a last digit. */
export const toUnit = (strength: number): number => Math.min(1, Math.max(0, strength))

/** Compared rounded to 1e-9, so that what is a half but for rounding is in force. */
export const standingOf = (strength: number): Standing =>
  Math.round(strength * 1e9) >= 500_000_000 ? Standing.IN_FORCE : Standing.DEFEATED

/** A relation to a belief, with the strength of the belief that it comes from. */
export interface Input extends Evidence {
  readonly fromStrength: number
}

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/**
 * What each of some relations contributes to a belief's strength: the strength with it, less the strength without it, the
 * other strengths held. The energy is that of all relations to the belief. The largest first. Contributions do not sum to
 * anything.
 */
export const contributionsTo = <I extends Input>(
  credence: number,
  { inputs, energy }: { inputs: readonly I[]; energy: number },
): { relation: I; amount: number }[] => {
  const whole = strengthOf(credence, energy)
  return inputs
    .map((relation) => ({
      relation,
      amount: whole - strengthOf(credence, energy - energyOf(relation, relation.fromStrength)),
    }))
    .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount) || byId(a.relation, b.relation))
}
