import { isStorable } from '@mothership/platform/storable'

/** A submission as it came in, its input aside. */
export interface SubmissionRequest {
  readonly type: string
  readonly priority: number
  readonly maxAttempts: number
  readonly idempotencyKey: string | null
}

export interface Problem {
  readonly path: string
  readonly message: string
}

const TYPE = /^[a-z0-9]+([._-][a-z0-9]+)*$/
const MAX_TYPE = 100
const MAX_KEY = 200
const MAX_WORDS = 2_000

/** The first thing that is wrong with a submission; null: nothing is. */
export const problemWithSubmission = (request: SubmissionRequest): Problem | null => {
  const { type, priority, maxAttempts, idempotencyKey } = request
  if (type.length > MAX_TYPE || !TYPE.test(type)) {
    const shown = JSON.stringify(type.slice(0, MAX_TYPE))
    return {
      path: 'input.type',
      message: `${shown} is no task type: write lower-case words joined by . _ or -, at most ${MAX_TYPE} characters, e.g. math.solve`,
    }
  }
  if (priority < -100 || priority > 100) {
    return { path: 'input.priority', message: `priority is ${priority}; it may be -100 to 100` }
  }
  if (maxAttempts < 1 || maxAttempts > 10) {
    return { path: 'input.maxAttempts', message: `maxAttempts is ${maxAttempts}; it may be 1 to 10` }
  }
  if (
    idempotencyKey !== null &&
    (idempotencyKey === '' || idempotencyKey.length > MAX_KEY || !isStorable(idempotencyKey))
  ) {
    return { path: 'input.idempotencyKey', message: `idempotencyKey must have 1 to ${MAX_KEY} characters, no U+0000` }
  }
  return null
}

/** The problem with words for people; null: none. */
export const problemWithWords = (words: string | null, path: string): Problem | null =>
  words !== null && (words.length > MAX_WORDS || !isStorable(words))
    ? { path, message: `${path} must have at most ${MAX_WORDS} characters, no U+0000` }
    : null
