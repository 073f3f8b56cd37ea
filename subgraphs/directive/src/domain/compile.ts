import {
  type BeliefConflict,
  type Constraint,
  ConstraintOrigin,
  type ConstraintSource,
  type CutBeliefs,
  type DirectiveContent,
  Level,
  OnFail,
  Phase,
  type SuppressedBelief,
} from './directive.ts'
import { onFailOf, parseRule, type Rule } from './rule.ts'

/** A belief in force that may govern a task; `relevance` is 1 where it names the task type, else in (0, 1]. */
export interface Candidate {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly strength: number
  readonly revision: number
  readonly level: Level
  readonly rule: unknown
  readonly relevance: number
  readonly links: readonly ValueLink[]
}

/** What a belief does to a value: both weights in (0, 1]. */
interface ValueLink {
  readonly effect: 'PROMOTES' | 'DEMOTES'
  readonly valueWeight: number
  readonly linkWeight: number
}

export type Contradiction = readonly [beliefId: string, beliefId: string]

export interface Candidates extends CutBeliefs {
  readonly candidates: readonly Candidate[]
  readonly contradictions: readonly Contradiction[]
}

/** A MUST is never cut; of the others so many are kept. */
export const MAX_SHOULDS = 50

/** What promotes no value still counts for a little. */
const LEAST_VALUE = 0.1
/** The score that a judge must give where a rule does not say. */
export const JUDGE_THRESHOLD = 0.7

interface Ranked {
  readonly belief: Candidate
  readonly rank: number
}

/**
 * strength x relevance x the most of (value weight x link weight) over what it promotes, 0.1 where it promotes nothing;
 * each value that it demotes takes its product off: x (1 - value weight x link weight). In [0, 1].
 */
export const rankOf = ({ strength, relevance, links }: Candidate): number => {
  const products = (effect: ValueLink['effect']): number[] =>
    links.filter((link) => link.effect === effect).map((link) => link.valueWeight * link.linkWeight)
  const promoted = products('PROMOTES')
  const gain = promoted.length > 0 ? Math.max(...promoted) : LEAST_VALUE
  return products('DEMOTES').reduce((rank, product) => rank * (1 - product), strength * relevance * gain)
}

// A MUST goes first, so that no SHOULD can stand in its way, and what a MUST suppresses suppresses nothing itself.
const byLevelAndRank = (a: Ranked, b: Ranked): number => {
  if (a.belief.level !== b.belief.level) return a.belief.level === Level.MUST ? -1 : 1
  return b.rank - a.rank || (a.belief.id < b.belief.id ? -1 : 1)
}

const opponentsOf = (contradictions: readonly Contradiction[]): Map<string, Set<string>> => {
  const opponents = new Map<string, Set<string>>()
  const add = (one: string, other: string): void =>
    void opponents.set(one, (opponents.get(one) ?? new Set()).add(other))
  for (const [one, other] of contradictions) {
    add(one, other)
    add(other, one)
  }
  return opponents
}

/**
 * Compiles a directive's content from its candidates, without any model: the same candidates give the same content, in
 * whatever order they come. `idOf` gives the id of the constraint of a belief.
 */
export const compileDirective = (input: Candidates, idOf: (beliefId: string) => string): DirectiveContent => {
  const opponents = opponentsOf(input.contradictions)
  const ranked = input.candidates.map((belief) => ({ belief, rank: rankOf(belief) })).sort(byLevelAndRank)
  const kept: Ranked[] = []
  const suppressed: SuppressedBelief[] = []
  const conflicts: BeliefConflict[] = []
  let shoulds = 0
  for (const next of ranked) {
    const isMust = next.belief.level === Level.MUST
    const against = kept.filter(({ belief }) => opponents.get(next.belief.id)?.has(belief.id))
    const [strongest] = against
    if (!isMust && strongest) {
      suppressed.push(contradicted(next, strongest))
    } else if (!isMust && shoulds === MAX_SHOULDS) {
      suppressed.push(beyondTheLimit(next))
    } else {
      kept.push(next)
      if (!isMust) shoulds += 1
      conflicts.push(...against.map((other) => conflict(other, next)))
    }
  }
  const constraints = kept.map((one) => toConstraint(one, idOf(one.belief.id)))
  const { mustsCut, shouldsCut } = input
  return { constraints, suppressed, conflicts, mustsCut, shouldsCut }
}

const shown = (rank: number): string => rank.toPrecision(3)

const contradicted = (weaker: Ranked, by: Ranked): SuppressedBelief => {
  const why =
    by.belief.level === Level.MUST
      ? 'which is a MUST'
      : `which ranks higher (${shown(by.rank)} against ${shown(weaker.rank)})`
  return { beliefId: weaker.belief.id, by: by.belief.id, reason: `It contradicts "${by.belief.name}", ${why}.` }
}

const beyondTheLimit = ({ belief, rank }: Ranked): SuppressedBelief => ({
  beliefId: belief.id,
  by: null,
  reason: `At most ${MAX_SHOULDS} SHOULDs are given; it ranks ${shown(rank)}, below the last of them.`,
})

const conflict = (higher: Ranked, lower: Ranked): BeliefConflict => ({
  beliefId: higher.belief.id,
  withId: lower.belief.id,
  reason: `"${higher.belief.name}" and "${lower.belief.name}" are both a MUST and contradict each other. Make one a SHOULD, or weaken it, and submit the task anew: a task keeps its directive.`,
})

const sourceOf = (belief: Candidate, rank: number): ConstraintSource => ({
  beliefId: belief.id,
  beliefName: belief.name,
  beliefRevision: belief.revision,
  strength: belief.strength,
  weight: rank,
})

const toConstraint = ({ belief, rank }: Ranked, id: string): Constraint => ({
  ...askOf(belief),
  id,
  because: [sourceOf(belief, rank)],
})

/** What a belief asks for wherever it governs: its constraint, less what is of one directive. */
export const askOf = (
  belief: Pick<Candidate, 'name' | 'description' | 'level' | 'rule'>,
): Omit<Constraint, 'id' | 'because'> => {
  const statement = belief.description === '' ? belief.name : `${belief.name.replace(/\.$/, '')}. ${belief.description}`
  const rule = ruleOf(belief, statement)
  return {
    origin: ConstraintOrigin.COMPILED,
    statement,
    level: belief.level,
    phase: rule.phase,
    onFail: onFailOf(belief.level, rule.onFail),
    check: rule.check,
  }
}

/** Its rule; a judge where it has none, or one that can no longer be read: it must not vanish in silence. */
const ruleOf = (belief: Pick<Candidate, 'rule'>, statement: string): Rule => {
  const parsed = belief.rule === null ? null : parseRule(belief.rule)
  if (parsed && 'rule' in parsed) return parsed.rule
  return {
    check: { kind: 'judge', rubric: statement, threshold: JUDGE_THRESHOLD },
    phase: Phase.RESULT,
    onFail: OnFail.RETRY,
  }
}
