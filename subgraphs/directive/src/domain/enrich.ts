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
import { checkSchema, parseRule } from './rule.ts'
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

const additionSchema = z.object({
  statement: z.string(),
  phase: z.enum(Phase),
  check: checkSchema,
  because: z.array(z.string()),
})
type Addition = z.infer<typeof additionSchema>

/** What was taken of an answer, and how many proposals were not. */
export const takenSchema = z.object({ additions: z.array(additionSchema), dropped: z.int() })
type Taken = z.infer<typeof takenSchema>

/**
 * Takes what a model proposes to add to what was compiled. A proposal is taken where it cites beliefs that the directive
 * rests on, its check compiles, and it asks for something new; else it is dropped and
 * counted, as are those of a phase before the result that no compiled constraint has, for which the agent would be made
 * to wait, those beyond the first 20, and those for which no time is left to compile.
 */
export const takeProposals = (
  compiled: Pick<DirectiveContent, 'constraints'>,
  proposals: readonly Proposal[],
): Taken => {
  const sources = sourcesOf(compiled)
  const asked = new Set(compiled.constraints.map(askedBy))
  const additions: Addition[] = []
  const phases = new Set<Phase>([Phase.RESULT, ...compiled.constraints.map(({ phase }) => phase)])
  // One for the whole answer: hostile checks must not hold the process for as long as each of them may.
  const isTakable = createRuleSieve()
  for (const proposal of proposals.slice(0, MAX_PROPOSALS)) {
    const addition = phases.has(proposal.phase) ? toAddition(proposal, { sources, isTakable }) : null
    if (!addition || asked.has(askedBy(addition))) continue
    asked.add(askedBy(addition))
    additions.push(addition)
  }
  return { additions, dropped: proposals.length - additions.length }
}

/**
 * Adds what was taken of a model's answer to what was compiled, which stays as it is, and first. It is always a SHOULD
 * that warns: a text that misled the model can add a line to a report, never a new way to fail a task. `idOf` gives the
 * id of a constraint by what distinguishes it.
 */
export const enrich = (
  compiled: DirectiveContent,
  additions: readonly Addition[],
  idOf: (key: string) => string,
): DirectiveContent => {
  const sources = sourcesOf(compiled)
  const added = additions.map(({ because, ...addition }): Constraint => ({
    ...addition,
    id: idOf(`model ${askedBy(addition)}`),
    origin: ConstraintOrigin.MODEL,
    level: Level.SHOULD,
    onFail: OnFail.WARN,
    because: because.map((id) => sources.get(id)).filter((source) => source !== undefined),
  }))
  return { ...compiled, constraints: [...compiled.constraints, ...added] }
}

const sourcesOf = ({ constraints }: Pick<DirectiveContent, 'constraints'>): ReadonlyMap<string, ConstraintSource> =>
  new Map(constraints.flatMap(({ because }) => because.map((one) => [one.beliefId, one])))

/** Judges differ by their rubrics; whatever else checks the same in the same phase asks for the same. */
const askedBy = ({ phase, check }: Pick<Constraint, 'phase' | 'check'>): string => canonicalJson([phase, check])

const toAddition = (
  proposal: Proposal,
  given: { sources: ReadonlyMap<string, ConstraintSource>; isTakable: (rule: unknown) => boolean },
): Addition | null => {
  const statement = proposal.statement.trim()
  const because = [...new Set(proposal.because)]
  if (statement === '' || statement.length > MAX_STATEMENT || statement.includes('\0')) return null
  if (because.length === 0 || !because.every((id) => given.sources.has(id))) return null
  const { phase } = proposal
  const check = proposal.check.kind === 'judge' ? { threshold: JUDGE_THRESHOLD, ...proposal.check } : proposal.check
  const rule = { check, phase, onFail: OnFail.WARN }
  const parsed = parseRule(rule)
  if (!('rule' in parsed)) return null
  if (parsed.rule.check.kind === 'judge' && parsed.rule.check.rubric.length > MAX_RUBRIC) return null
  if (!given.isTakable(rule)) return null
  return { statement, phase, check: parsed.rule.check, because }
}
