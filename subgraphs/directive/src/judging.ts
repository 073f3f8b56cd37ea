import { canonicalJson, jsonBytes } from '@mothership/platform/json'
import { type CheckInput, type CheckOutcome, cut, unknown } from './domain/checks/check.ts'
import { isJudgeable } from './domain/checks/judge.ts'
import { type Constraint, type ConstraintOrigin, Level, Phase } from './domain/directive.ts'
import { callsFor, judgementsOf, outcomeOf, type Work } from './domain/judgement.ts'
import { isShallow, normalised } from './domain/request.ts'
import type { CheckOf } from './domain/rule.ts'
import type { About } from './models/chain.ts'
import { type Models, sha256 } from './models/models.ts'
import { modelNameOf } from './models/settings.ts'

/** How many rubrics one call has, and how many calls a report. */
const MAX_RUBRICS = 20
const MAX_CALLS = 5
/** What a model is given to judge, as bytes of JSON, and of the task's input beside it, in characters. */
const MAX_JUDGED_BYTES = 60_000
const MAX_INPUT = 10_000

interface Judged {
  readonly id: string
  readonly origin: ConstraintOrigin
  readonly level: Level
  readonly check: CheckOf<'judge'>
}

const judgesOf = (constraints: readonly Constraint[]): Judged[] =>
  constraints.flatMap(({ id, origin, level, check }) => (check.kind === 'judge' ? [{ id, origin, level, check }] : []))

/** What is judged in a phase: the plan, or the result with what was done for it. */
const judgedIn = ({ phase, result, trace }: CheckInput): Work => {
  if (phase === Phase.PLAN) return { plan: trace.plan ?? [] }
  const { plan, steps, evidence } = trace
  return { result: result ?? null, plan: plan ?? [], steps: steps ?? [], evidence: evidence ?? [] }
}

/** What may be quoted for a level: what an agent says of its own steps and evidence is not enough for a MUST. */
const quotableFor = (level: Level, judged: Work): Work => {
  const { steps: _steps, evidence: _evidence, ...answered } = judged
  return level === Level.MUST ? answered : judged
}

/**
 * What language models make of the constraints that need judgement, by the ids of these. Empty where none is configured,
 * and in DURING, which is asked again and again: they stay UNKNOWN then.
 */
export const judge = async (
  models: Models,
  constraints: readonly Constraint[],
  input: CheckInput,
  options: { about: About; totalMilliseconds: number },
): Promise<ReadonlyMap<string, CheckOutcome>> => {
  const judges = judgesOf(constraints)
  if (!models.isConfigured || input.phase === Phase.DURING || judges.length === 0) return new Map()
  if (!isJudgeable(input)) return new Map()
  const all = (reason: string) => new Map(judges.map(({ id }) => [id, unknown(`${reason} A person may decide.`)]))
  if (input.phase === Phase.RESULT && input.result === undefined) return all('There is no result to judge.')
  const judged = judgedIn(input)
  if (!isShallow(judged) || !isShallow(input.task.input)) return all('It is nested too deeply for a language model.')
  if (jsonBytes(judged) > MAX_JUDGED_BYTES) {
    return all(`There is more to judge than a language model is given, ${MAX_JUDGED_BYTES} bytes.`)
  }
  const { calls, beyond } = callsFor(judges, { rubrics: MAX_RUBRICS, calls: MAX_CALLS })
  const outcomes = await Promise.all(calls.map((some) => judgeSome(models, some, { input, judged }, options)))
  const reason = `A report has at most ${MAX_CALLS} calls of ${MAX_RUBRICS} rubrics judged. A person may decide.`
  return new Map([...outcomes.flat(), ...beyond.map(({ id }) => [id, unknown(reason)] as const)])
}

const judgeSome = async (
  models: Models,
  judges: readonly Judged[],
  { input, judged }: { input: CheckInput; judged: Work },
  options: { about: About; totalMilliseconds: number },
): Promise<(readonly [string, CheckOutcome])[]> => {
  const { task, phase } = input
  const taskInput = canonicalJson(normalised(task.input))
  const rubrics = judges.map(({ check }, rubric) => ({ rubric, text: check.rubric }))
  const asked = await models.ask({
    prompt: 'judge',
    data: { task: { type: task.type, input: cut(taskInput, MAX_INPUT) }, phase, rubrics, work: judged },
    schema: judgementsOf(rubrics.length),
    purpose: 'JUDGE',
    key: [task.type, sha256(taskInput), phase, rubrics, sha256(canonicalJson(judged))],
    ...options,
  })
  if (asked.value === null) {
    return judges.map(({ id }) => [id, unknown(`${asked.reason} A person may decide.`)] as const)
  }
  const { judgements } = asked.value
  const judge = modelNameOf(asked.name)
  return judges.map(({ id, level, check: { threshold } }, place) => {
    const own = judgements.filter(({ rubric }) => rubric === place)
    return [id, outcomeOf(own, { threshold, work: quotableFor(level, judged), judge })] as const
  })
}
