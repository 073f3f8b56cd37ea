import { canonicalJson } from '@mothership/platform/json'
import { z } from 'zod'
import { type Trace, unknown } from './checks/check.ts'
import {
  checkConstraints,
  type ComplianceReport,
  constraintsAt,
  type Finding,
  type Verdict,
  verdictOf,
} from './compliance.ts'
import { type Constraint, type DirectiveContent, Phase } from './directive.ts'
import type { ReplayConstraint, ReplayDifference, ReplayFinding } from './replay.ts'
import { asksTheSame, asksTheSameOne, compiledOf } from './staleness.ts'

/** How many constraints, and how many findings, are told of one task. */
const MOST_TOLD = 100

/** What an attempt came to, as its check saw it. */
export interface RecordedWork {
  readonly result: unknown
  readonly trace: Trace
  readonly plan: readonly string[] | null
  readonly milliseconds: number
}

/** A task as it was: what it was told, and what was found of its last result. */
export interface RecordedTask {
  readonly id: string
  readonly type: string
  readonly input: unknown
  readonly directive: DirectiveContent
  /** Of the attempt that gave the result. */
  readonly reports: readonly ComplianceReport[]
  /** Null: no attempt gave a result. */
  readonly work: RecordedWork | null
}

const traceStep = z.object({ name: z.string(), at: z.coerce.date(), data: z.unknown() })
const storedTrace = z.object({
  plan: z.array(z.string()).nullish(),
  steps: z.array(traceStep).nullish(),
  evidence: z.array(z.object({ type: z.string(), data: z.unknown() })).nullish(),
  tokens: z.number().nullish(),
  usd: z.number().nullish(),
})

/** A trace as the task subgraph keeps it; what was not sent is not there. Throws where it is none. */
export const toRecordedTrace = (stored: unknown): Trace =>
  Object.fromEntries(Object.entries(storedTrace.parse(stored)).filter(([, part]) => part != null))

const BADNESS: Record<Verdict, number> = { COMPLIANT: 0, NEEDS_REVIEW: 1, VIOLATION: 2 }

/** The worst verdict; null where there is none. */
const worst = (verdicts: readonly Verdict[]): Verdict | null =>
  [...verdicts].sort((one, other) => BADNESS[other] - BADNESS[one])[0] ?? null

/** The phases that are checked when a result is there: the result, and the plan where anything is asked of it. */
const phasesOf = (constraints: readonly Constraint[]): Phase[] =>
  constraints.some(({ phase }) => phase === Phase.PLAN) ? [Phase.RESULT, Phase.PLAN] : [Phase.RESULT]

const NOT_JUDGED = unknown(
  'A replay judges nothing anew, and nobody judged this rubric on the task. A person may decide.',
)

/** What the task's own reports found of a rubric, word for word the same. */
const judgedBefore = ({ directive, reports }: RecordedTask): Map<string, Finding> => {
  const rubricOf = new Map(
    directive.constraints.flatMap(({ id, check }) => (check.kind === 'judge' ? [[id, canonicalJson(check)]] : [])),
  )
  return new Map(
    reports.flatMap(({ findings }) =>
      findings.flatMap((finding): [string, Finding][] => {
        const rubric = rubricOf.get(finding.constraintId)
        return rubric === undefined ? [] : [[rubric, finding]]
      }),
    ),
  )
}

/** The trace that the check of a plan looks at: without a plan where none was declared, as none meets nothing. */
const planOf = ({ plan }: RecordedWork): Trace => (plan === null ? {} : { plan })

/** Checks a recorded result against other constraints. Pure, but for the time that it may take: 2 s for each phase. */
const recheck = (
  task: RecordedTask,
  work: RecordedWork,
  constraints: readonly Constraint[],
): { verdict: Verdict | null; findings: Finding[] } => {
  const judged = judgedBefore(task)
  const reports = phasesOf(constraints).map((phase) => {
    const asked = constraintsAt(constraints, phase)
    const isPlan = phase === Phase.PLAN
    const found = checkConstraints(
      asked.filter(({ check }) => check.kind !== 'judge'),
      {
        phase,
        task: { id: task.id, type: task.type, input: task.input },
        result: isPlan ? undefined : work.result,
        trace: isPlan ? planOf(work) : work.trace,
        elapsedMilliseconds: work.milliseconds,
      },
    )
    const kept = asked.flatMap(({ id, check }): Finding[] =>
      check.kind === 'judge' ? [{ ...(judged.get(canonicalJson(check)) ?? NOT_JUDGED), constraintId: id }] : [],
    )
    const findings = [...found, ...kept]
    return { findings, verdict: verdictOf(asked, findings, phase) }
  })
  return {
    verdict: worst(reports.map(({ verdict }) => verdict)),
    findings: reports.flatMap(({ findings }) => findings),
  }
}

/** Constraints by the beliefs that they rest on: those of two directives that rest on the same are the same one. */
const byBeliefs = (constraints: readonly Constraint[]): Map<string, Constraint> =>
  new Map(
    constraints.map((one) => [
      one.because
        .map(({ beliefId }) => beliefId)
        .sort()
        .join(' '),
      one,
    ]),
  )

interface Pair {
  readonly before: Constraint | null
  readonly after: Constraint | null
}

/** The constraints of two directives side by side. */
const paired = (one: readonly Constraint[], other: readonly Constraint[]): Pair[] => {
  const [was, would] = [byBeliefs(one), byBeliefs(other)]
  return [...new Set([...was.keys(), ...would.keys()])].map((key) => ({
    before: was.get(key) ?? null,
    after: would.get(key) ?? null,
  }))
}

const changeOf = ({ before, after }: Pair): ReplayConstraint[] => {
  if (before === null) return [{ change: 'ADDED', before, after }]
  if (after === null) return [{ change: 'REMOVED', before, after }]
  return asksTheSameOne(before, after) ? [] : [{ change: 'CHANGED', before, after }]
}

const findingOf = (
  { before, after }: Pair,
  { was, would }: { was: ReadonlyMap<string, Finding>; would: ReadonlyMap<string, Finding> },
): ReplayFinding[] => {
  const [found, now] = [was.get(before?.id ?? ''), would.get(after?.id ?? '')]
  const constraint = after ?? before
  if (constraint === null || found?.outcome === now?.outcome) return []
  const told = now ?? found
  return [
    {
      isOfDraft: after !== null && (before === null || !asksTheSameOne(before, after)),
      constraint,
      before: found?.outcome ?? null,
      after: now?.outcome ?? null,
      path: told?.path ?? null,
      reason: told?.reason ?? '',
    },
  ]
}

const byConstraint = (findings: readonly Finding[]): Map<string, Finding> =>
  new Map(findings.map((finding) => [finding.constraintId, finding]))

/** What would differ for a task under another directive. */
export interface Comparison extends Omit<ReplayDifference, 'taskId' | 'taskType' | 'isFromDraft' | 'ontologyRevision'> {
  readonly hasOtherDirective: boolean
  readonly hasOtherVerdict: boolean
}

/** Compares what a task was told, and what was found of its result, with what another directive would have come to. */
export const compareWith = (task: RecordedTask, would: DirectiveContent): Comparison => {
  const { directive, reports, work } = task
  const verdictBefore = work && worst(reports.map(({ verdict }) => verdict))
  const again = work && verdictBefore ? recheck(task, work, would.constraints) : { verdict: null, findings: [] }
  const pairs = paired(compiledOf(directive), compiledOf(would))
  const findings = {
    was: byConstraint(work ? reports.flatMap((report) => report.findings) : []),
    would: byConstraint(again.findings),
  }
  return {
    verdictBefore,
    verdictAfter: again.verdict,
    constraints: pairs.flatMap(changeOf).slice(0, MOST_TOLD),
    findings: pairs.flatMap((pair) => findingOf(pair, findings)).slice(0, MOST_TOLD),
    conflicts: would.conflicts,
    hasOtherDirective: !asksTheSame(directive, would),
    hasOtherVerdict: verdictBefore !== again.verdict,
  }
}

/** Whether there is anything to tell. */
export const hasDifference = ({ hasOtherDirective, hasOtherVerdict, findings }: Comparison): boolean =>
  hasOtherDirective || hasOtherVerdict || findings.length > 0
