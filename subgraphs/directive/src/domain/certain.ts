import { type Contradiction, MAX_SHOULDS } from './compile.ts'
import { type Constraint, type DirectiveContent, Level } from './directive.ts'
import { askedBy, compiledOf, pairOf } from './staleness.ts'

/** A belief in force that governs a task, or may. */
export interface KnownBelief {
  readonly id: string
  /** Whether it names the task's type, and so governs it; else its meaning decides. */
  readonly isNamed: boolean
  /** Its rank where it names the type; else the highest that it may have. */
  readonly highestRank: number
  /** What it asks for where it governs. */
  readonly ask: Omit<Constraint, 'id' | 'because'>
}

/** What is known of a task today without its meaning. */
export interface KnownToday {
  /**
   * By their ids: all that name the task's type, and those without task types of a kept directive. What the kept one rests
   * on and is not among them governs the task no more, whatever its meaning is.
   */
  readonly beliefs: ReadonlyMap<string, KnownBelief>
  /** All among these. */
  readonly contradictions: readonly Contradiction[]
}

/**
 * Whether a kept directive is certainly not what would be compiled today, whatever the meanings will tell: it is supposed
 * to be, and that is refuted. What cannot be refuted is no proof that it is.
 */
export const isCertainlyDifferent = (kept: DirectiveContent, known: KnownToday): boolean => {
  const constraints = compiledOf(kept)
  const asked = new Set(constraints.map(askedBy))
  const isAsked = ({ id, ask }: KnownBelief): boolean => asked.has(askedBy({ ...ask, because: [{ beliefId: id }] }))
  const governing = [...known.beliefs.values()].filter(isAsked)
  // Something that is asked for is not what any belief asks for today.
  if (governing.length < asked.size) return true
  const pairs = new Set(known.contradictions.map(([one, other]) => pairOf(one, other)))
  if (!areTogether(governing, kept, pairs)) return true
  return [...known.beliefs.values()].some(
    (belief) => belief.isNamed && !isAsked(belief) && !mayBeSuppressed(belief, governing, pairs),
  )
}

const isMust = ({ ask }: KnownBelief): boolean => ask.level === Level.MUST

/** Whether these beliefs can all have been kept, and their MUSTs contradict each other where the directive says so. */
const areTogether = (
  governing: readonly KnownBelief[],
  { conflicts }: DirectiveContent,
  pairs: ReadonlySet<string>,
): boolean => {
  const musts = new Map(governing.map((belief) => [belief.id, isMust(belief)]))
  const told = new Set(conflicts.map(({ beliefId, withId }) => pairOf(beliefId, withId)))
  let found = 0
  for (const pair of pairs) {
    const [one, other] = pair.split(' ').map((id) => musts.get(id))
    if (one === undefined || other === undefined) continue
    if (!one || !other || !told.has(pair)) return false
    found += 1
  }
  return found === told.size
}

/** Whether a belief that names the task's type may give no constraint, as those that govern stand in its way. */
const mayBeSuppressed = (
  belief: KnownBelief,
  governing: readonly KnownBelief[],
  pairs: ReadonlySet<string>,
): boolean => {
  if (isMust(belief)) return false
  const ahead = governing.filter((other) => isMust(other) || other.highestRank >= belief.highestRank)
  return (
    ahead.some((other) => pairs.has(pairOf(belief.id, other.id))) ||
    ahead.filter((other) => !isMust(other)).length >= MAX_SHOULDS
  )
}
