import { BadUserInputError } from '@mothership/platform/errors'
import { assertJsonSize } from '@mothership/platform/json'
import { problemWithJson, type Trace, type TraceStep } from '../domain/content.ts'
import { problemWithWords, type Problem } from '../domain/submission.ts'
import type { TraceInput, TraceStepInput } from '../generated/resolvers.ts'

/** Throws BadUserInputError where there is a problem. */
export const assertFine = (problem: Problem | null): void => {
  if (problem) throw new BadUserInputError(`${problem.path}: ${problem.message}.`, { path: problem.path })
}

/** Throws BadUserInputError where a value is larger than 1 MB, nested too deep, or holds what can not be kept. */
export const assertJson = (value: unknown, path: string): void => {
  assertFine(problemWithJson(value, path))
  assertJsonSize(value, path)
}

/** Words for people. Throws BadUserInputError beyond 2,000 characters. */
export const toWords = (words: string | null | undefined, path: string): string | null => {
  assertFine(problemWithWords(words ?? null, path))
  return words ?? null
}

/** Steps as they are kept: times as text. Throws BadUserInputError where they are too large. */
export const toSteps = (steps: readonly TraceStepInput[] | null | undefined, path: string): TraceStep[] => {
  const kept = (steps ?? []).map(({ name, at, data }) => ({
    name,
    at: at.toISOString(),
    ...(data != null && { data }),
  }))
  assertJson(kept, path)
  return kept
}

/** The trace that came with a result. Throws BadUserInputError where it is too large, or less than nothing was used. */
export const toTrace = (trace: TraceInput | null | undefined): Trace | null => {
  if (trace == null) return null
  const { plan, steps, evidence, tokens, usd } = trace
  for (const [name, used] of Object.entries({ tokens, usd })) {
    if (used != null && used < 0) assertFine({ path: `trace.${name}`, message: `${used} is less than nothing` })
  }
  const kept = { plan, steps: toSteps(steps, 'trace.steps'), evidence, tokens, usd }
  assertJson(kept, 'trace')
  return kept
}
