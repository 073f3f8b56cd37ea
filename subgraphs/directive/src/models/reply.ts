import { UnusableAnswerError } from '@mothership/platform/remote-calls'
import type { z } from 'zod'
import type { Reply } from './client.ts'

/** The model would not answer. Asking it again gives the same. */
export class RefusedError extends Error {
  constructor() {
    super('refused to answer')
    this.name = 'RefusedError'
  }
}

/** Reads a reply against the schema that was asked for. Throws UnusableAnswerError and RefusedError, which quote nothing. */
export const readReply = <T>(reply: Reply, schema: z.ZodType<T>): T => {
  if (reply.end === 'refused') throw new RefusedError()
  if (reply.end === 'cut off') throw new UnusableAnswerError('wrote more than it may, so that its answer was cut off')
  const parsed = schema.safeParse(typeof reply.answer === 'string' ? jsonOf(reply.answer) : reply.answer)
  if (parsed.success) return parsed.data
  throw new UnusableAnswerError('gave an answer of another shape than was asked for')
}

/** Some local servers fence JSON as Markdown does, schema or not. */
const FENCE = /^\s*```(?:json)?\s*([\s\S]*?)\s*```\s*$/

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(FENCE.exec(text)?.[1] ?? text)
  } catch (error) {
    throw new UnusableAnswerError('gave an answer that is not JSON', { cause: error })
  }
}
