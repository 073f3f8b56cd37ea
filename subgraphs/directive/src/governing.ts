import { type Candidate, type Candidates, type Contradiction, askOf, rankOf } from './domain/compile.ts'
import type { KnownBelief, KnownToday } from './domain/certain.ts'
import type { GoverningBeliefsQuery } from './generated/ontology-documents.ts'

type Governing = GoverningBeliefsQuery['governingBeliefs']
type GoverningBelief = Governing['beliefs'][number]

/** What the compiler takes of what the ontology answers, for each task. */
export const toCandidates = ({ tasks, beliefs, contradictions }: Governing): Candidates[] => {
  const known = new Map(beliefs.map((belief) => [belief.id, toBelief(belief)]))
  const pairs = toPairs(contradictions)
  return tasks.map(({ candidates, mustsCut, shouldsCut }) => ({
    candidates: candidates.flatMap(({ beliefId, relevance }) => {
      const belief = known.get(beliefId)
      return belief ? [{ ...belief, relevance }] : []
    }),
    contradictions: pairs,
    mustsCut,
    shouldsCut,
  }))
}

const toBelief = ({ rule, relatedValues, ...belief }: GoverningBelief): Omit<Candidate, 'relevance'> => ({
  ...belief,
  rule: rule ?? null,
  links: relatedValues.map((link) => ({
    effect: link.effect,
    valueWeight: link.value.weight,
    linkWeight: link.weight,
  })),
})

const toPairs = (contradictions: Governing['contradictions']): Contradiction[] =>
  contradictions.map(({ from, to }) => [from.id, to.id])

/**
 * What is true of a task of some type whatever its meaning is: of the beliefs of an answer, those that may govern it. What
 * each asks for is worked out once for all tasks, and only where somebody asks.
 */
export const toKnown = ({ beliefs, contradictions }: Governing): ((taskType: string) => KnownToday) => {
  let all: (KnownBelief & Pick<GoverningBelief, 'taskTypes'>)[] | undefined
  const pairs = toPairs(contradictions)
  return (taskType) => {
    all ??= beliefs.map((belief) => ({
      id: belief.id,
      taskTypes: belief.taskTypes,
      isNamed: belief.taskTypes.length > 0,
      highestRank: rankOf({ ...toBelief(belief), relevance: 1 }),
      ask: askOf(toBelief(belief)),
    }))
    const governing = all.filter(({ taskTypes, isNamed }) => !isNamed || taskTypes.includes(taskType))
    return { beliefs: new Map(governing.map((belief) => [belief.id, belief])), contradictions: pairs }
  }
}
