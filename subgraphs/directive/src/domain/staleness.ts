import { canonicalJson } from '@mothership/platform/json'
import { type Constraint, ConstraintOrigin, type DirectiveContent } from './directive.ts'

/** What tells constraints apart. */
type Asking = Pick<Constraint, 'statement' | 'level' | 'phase' | 'onFail' | 'check'> & {
  readonly because: readonly { readonly beliefId: string }[]
}

/** What a constraint asks for, and of which beliefs it comes; how strong these are is not what an agent is told. */
export const askedBy = ({ statement, level, phase, onFail, check, because }: Asking): string =>
  canonicalJson({
    statement,
    level,
    phase,
    onFail,
    check,
    because: because.map(({ beliefId }) => beliefId).sort(),
  })

/** Whether two constraints ask for the same, of the same beliefs. */
export const asksTheSameOne = (one: Constraint, other: Constraint): boolean => askedBy(one) === askedBy(other)

/** The constraints that need no language model: what one adds is not asked for once more, so it makes no difference. */
export const compiledOf = ({ constraints }: Pick<DirectiveContent, 'constraints'>): Constraint[] =>
  constraints.filter(({ origin }) => origin === ConstraintOrigin.COMPILED)

/** The beliefs that its compiled constraints come from. */
export const beliefsOf = (content: Pick<DirectiveContent, 'constraints'>): string[] =>
  compiledOf(content).flatMap(({ because }) => because.map(({ beliefId }) => beliefId))

/** Two beliefs that contradict each other, whichever ranks higher. */
export const pairOf = (one: string, other: string): string => [one, other].sort().join(' ')

const sameSet = (one: readonly string[], other: readonly string[]): boolean => {
  const set = new Set(one)
  return set.size === new Set(other).size && other.every((member) => set.has(member))
}

/**
 * Whether two directives ask for the same: the same constraints of the same beliefs, and the same conflicts. In which
 * order they stand, how strong their beliefs are, and what else was suppressed makes no other directive; nor does what a
 * language model added.
 */
export const asksTheSame = (one: DirectiveContent, other: DirectiveContent): boolean =>
  sameSet(compiledOf(one).map(askedBy), compiledOf(other).map(askedBy)) &&
  sameSet(
    one.conflicts.map(({ beliefId, withId }) => pairOf(beliefId, withId)),
    other.conflicts.map(({ beliefId, withId }) => pairOf(beliefId, withId)),
  )
