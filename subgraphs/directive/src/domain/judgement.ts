import { canonicalJson } from '@mothership/platform/json'
import { z } from 'zod'
import { type CheckOutcome, cut, fail, pass, unknown } from './checks/check.ts'
import { ConstraintOrigin } from './directive.ts'

/** One for each rubric. */
const judgementsSchema = z.object({
  judgements: z.array(
    z.object({
      rubric: z.int().min(0),
      score: z.number().min(0).max(1),
      quote: z.string(),
      reason: z.string(),
    }),
  ),
})

/** What a judge is asked for: where none of it is about any of so many rubrics, it is no answer to what was asked. */
export const judgementsOf = (rubrics: number) =>
  judgementsSchema.refine(({ judgements }) => judgements.some(({ rubric }) => rubric < rubrics))

export type Judgement = z.infer<typeof judgementsSchema>['judgements'][number]

const inCalls = <J>(judges: readonly J[], rubrics: number): J[][] =>
  Array.from({ length: Math.ceil(judges.length / rubrics) }, (_, call) =>
    judges.slice(call * rubrics, (call + 1) * rubrics),
  )

/**
 * The rubrics of each call, and those for which no call is left: what was compiled is first, so that none of it gives way
 * to what a model added. The two never share a call: a rubric that a misled model wrote could speak to the judge of the
 * others, or spoil its answer.
 */
export const callsFor = <J extends { readonly origin: ConstraintOrigin }>(
  judges: readonly J[],
  most: { readonly rubrics: number; readonly calls: number },
): { calls: J[][]; beyond: J[] } => {
  const isCompiled = ({ origin }: J): boolean => origin === ConstraintOrigin.COMPILED
  const calls = [judges.filter(isCompiled), judges.filter((one) => !isCompiled(one))].flatMap((some) =>
    inCalls(some, most.rubrics),
  )
  return { calls: calls.slice(0, most.calls), beyond: calls.slice(most.calls).flat() }
}

const MAX_QUOTE = 200
const MAX_REASON = 400
/** How many letters or digits a quote has, unless it is a whole text or number: fewer stand in any work. */
const LEAST_QUOTED = 12

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim()

const weightOf = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0

/** The texts and numbers within a value, as they read. */
const valuesIn = (json: string): string[] => {
  const values: string[] = []
  JSON.parse(json, (_key, inner: unknown) => {
    if (typeof inner === 'string' || typeof inner === 'number') values.push(squeezed(String(inner)))
    return inner
  })
  return values
}

/** What is judged, by its parts: what stands between them is the same in any work, and proves nothing. */
export type Work = Readonly<Record<string, unknown>>

/** Whether a quote shows that the work was read: a passage of a part of it, as JSON or as it reads, or a whole value. */
const isFound = (quote: string, work: Work): boolean =>
  Object.entries(work).some(([name, part]) => {
    const json = canonicalJson(part)
    const values = valuesIn(json)
    // A judge is shown the part under its name, and may begin with that.
    const prefix = `"${name}":`
    const passage = quote.startsWith(prefix) ? quote.slice(prefix.length) : quote
    if (values.includes(passage)) return true
    return weightOf(passage) >= LEAST_QUOTED && [squeezed(json), ...values].some((text) => text.includes(passage))
  })

/**
 * What the judgements of one rubric come to: PASS from the threshold on, FAIL below. Without a quote that stands in the
 * work, or with two that differ, it is UNKNOWN: such a score is worth nothing. `work` has the parts that may be quoted.
 * The reason is in words of ours, as the judge's own may quote the result; those are in the value.
 */
export const outcomeOf = (
  judgements: readonly Judgement[],
  { threshold, work, judge }: { threshold: number; work: Work; judge: string },
): CheckOutcome => {
  const undecided = (what: string): CheckOutcome => unknown(`The judge (${judge}) ${what}. A person may decide.`)
  const [judgement] = judgements
  if (!judgement) return undecided('gave no score for it')
  const { score, reason } = judgement
  if (judgements.some((other) => other.score !== score)) return undecided('gave more than one score for it')
  const quote = squeezed(judgement.quote)
  if (quote === '') return undecided('quoted nothing')
  if (!isFound(quote, work))
    return undecided(`quoted too little, or what is not there (${Object.keys(work).join(', ')})`)
  const said = `The judge (${judge}) gave ${score.toFixed(2)}, and ${threshold} is needed.`
  const outcome = score >= threshold ? pass(said) : fail(said)
  return { ...outcome, value: `"${cut(quote, MAX_QUOTE)}": ${cut(reason, MAX_REASON)}` }
}
