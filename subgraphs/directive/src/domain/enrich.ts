import { canonicalJson } from '@mothership/platform/json'
import { z } from 'zod'
import { JUDGE_THRESHOLD } from './compile.ts'
import {
  type Constraint,
  ConstraintOrigin,
  type ConstraintSource,
  type DirectiveContent,
  Level,
  OnFail,
  Phase,
} from './directive.ts'
import { parseRule } from './rule.ts'
import { createRuleSieve } from './validate-rules.ts'

/** So many proposals of an answer are looked at, the first ones. */
export const MAX_PROPOSALS = 20
/** Of a proposal's statement, and of its rubric: a longer one is more than a question. */
const MAX_STATEMENT = 1000
const MAX_RUBRIC = 1000

/**
 * What a model is asked for. Only the frame is fixed here: a proposal with a bad check is dropped by itself, and does not
 * spoil the answer.
 */
export const proposalsSchema = z.object({
  constraints: z.array(
    z.object({
      statement: z.string(),
      phase: z.enum(Phase),
      check: z.looseObject({ kind: z.string() }),
      because: z.array(z.string()),
    }),
  ),
})
export type Proposal = z.infer<typeof proposalsSchema>['constraints'][number]

/**
 * Adds what a model proposes to what was compiled, which stays as it is, and first. A proposal is taken where it cites
 * beliefs that the directive rests on, its check compiles, and it asks for something new; else it is dropped and
 * counted, as are those of a phase before the result that no compiled constraint has, for which the agent would be made
 * to wait, those beyond the first 20, and those for which no time is left to compile. It is always a SHOULD that warns: a text that misled the model can add a line to a report, never a new way to
 * fail a task. `idOf` gives the id of a constraint by what distinguishes it.
 */
export const enrich = (
  compiled: DirectiveContent,
  proposals: readonly Proposal[],
  idOf: (key: string) => string,
): { content: DirectiveContent; dropped: number } => {
  const sources = new Map(compiled.constraints.flatMap(({ because }) => because.map((one) => [one.beliefId, one])))
  const asked = new Set(compiled.constraints.map(askedBy))
  const added: Constraint[] = []
  const phases = new Set<Phase>([Phase.RESULT, ...compiled.constraints.map(({ phase }) => phase)])
  // One for the whole answer: hostile checks must not hold the process for as long as each of them may.
  const isTakable = createRuleSieve()
  for (const proposal of proposals.slice(0, MAX_PROPOSALS)) {
    const constraint = phases.has(proposal.phase) ? toConstraint(proposal, sources, { isTakable, idOf }) : null
    if (!constraint || asked.has(askedBy(constraint))) continue
    asked.add(askedBy(constraint))
    added.push(constraint)
  }
  const content = { ...compiled, constraints: [...compiled.constraints, ...added] }
  return { content, dropped: proposals.length - added.length }
}

/** Judges differ by their rubrics; whatever else checks the same in the same phase asks for the same. */
const askedBy = ({ phase, check }: Constraint): string => canonicalJson([phase, check])

const toConstraint = (
  proposal: Proposal,
  sources: ReadonlyMap<string, ConstraintSource>,
  { isTakable, idOf }: { isTakable: (rule: unknown) => boolean; idOf: (key: string) => string },
): Constraint | null => {
  const statement = proposal.statement.trim()
  const because = [...new Set(proposal.because)].map((id) => sources.get(id))
  if (statement === '' || statement.length > MAX_STATEMENT || statement.includes('\0')) return null
  if (because.length === 0 || because.includes(undefined)) return null
  const { check: given, phase } = proposal
  const check = given.kind === 'judge' ? { threshold: JUDGE_THRESHOLD, ...given } : given
  const rule = { check, phase, onFail: OnFail.WARN }
  const parsed = parseRule(rule)
  if (!('rule' in parsed)) return null
  if (parsed.rule.check.kind === 'judge' && parsed.rule.check.rubric.length > MAX_RUBRIC) return null
  if (!isTakable(rule)) return null
  return {
    id: idOf(`model ${canonicalJson([phase, parsed.rule.check])}`),
    origin: ConstraintOrigin.MODEL,
    statement,
    level: Level.SHOULD,
    phase,
    onFail: OnFail.WARN,
    check: parsed.rule.check,
    because: because.filter((source) => source !== undefined),
  }
}
