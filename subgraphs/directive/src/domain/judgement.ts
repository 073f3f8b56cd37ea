import { canonicalJson } from '@mothership/platform/json'
import { z } from 'zod'
import { type CheckOutcome, cut, fail, pass, unknown } from './checks/check.ts'
import { ConstraintOrigin } from './directive.ts'

/** What a judge is asked for, one for each rubric. */
export const judgementsSchema = z.object({
  judgements: z.array(
    z.object({
      rubric: z.int().min(0),
      score: z.number().min(0).max(1),
      quote: z.string(),
      reason: z.string(),
    }),
  ),
})
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

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** All that may be quoted of a value: its JSON, as the judge is shown it, and each of its texts as it reads. */
const quotable = (value: unknown): string[] => {
  const json = canonicalJson(value)
  const texts = [json]
  JSON.parse(json, (_key, inner: unknown) => {
    if (typeof inner === 'string') texts.push(inner)
    return inner
  })
  return texts.map(squeezed)
}

/**
 * What a judgement comes to: PASS from the threshold on, FAIL below. Without a quote that stands in what was judged it is
 * UNKNOWN: a score that rests on nothing is worth nothing. The reason is in words of ours, as the judge's own may quote
 * the result; those are in the value.
 */
export const outcomeOf = (
  judgement: Judgement | undefined,
  { threshold, judged, judge }: { threshold: number; judged: unknown; judge: string },
): CheckOutcome => {
  if (!judgement) return unknown(`The judge (${judge}) gave no score for it. A person may decide.`)
  const { score, reason } = judgement
  const quote = squeezed(judgement.quote)
  if (quote === '') return unknown(`The judge (${judge}) quoted nothing. A person may decide.`)
  if (!quotable(judged).some((text) => text.includes(quote))) {
    return unknown(`The judge (${judge}) quoted what is not there. A person may decide.`)
  }
  const said = `The judge (${judge}) gave ${score.toFixed(2)}, and ${threshold} is needed.`
  const outcome = score >= threshold ? pass(said) : fail(said)
  return { ...outcome, value: `"${cut(quote, MAX_QUOTE)}": ${cut(reason, MAX_REASON)}` }
}
