import type { BaseMessage } from '@langchain/core/messages'

/** The most that a model may write for one answer, in tokens. */
export const MAX_OUTPUT_TOKENS = 8192

/** What a model is asked: instructions, data, and the JSON Schema of the answer, with a name for it. */
export interface Question {
  readonly system: string
  readonly user: string
  readonly name: string
  readonly jsonSchema: Record<string, unknown>
}

export interface Tokens {
  readonly input: number
  readonly output: number
}

/** What came back. `answer` is text that should be JSON, or what a tool was called with. */
export interface Reply {
  readonly answer: unknown
  readonly tokens: Tokens
  readonly end: 'done' | 'cut off' | 'refused'
}

/** One try at one model: no retries, no parsing. Throws what the provider's client throws. */
export type AskModel = (question: Question, signal: AbortSignal) => Promise<Reply>

const CHARACTERS_OF_A_TOKEN = 4

/** About how many tokens a text has, where nobody tells. */
export const estimated = (text: string): number => Math.ceil(text.length / CHARACTERS_OF_A_TOKEN)

/** What a reply says it cost. Some local servers say nothing: it is estimated then. */
export const tokensOf = (question: Question, message: BaseMessage & { usage_metadata?: unknown }): Tokens => {
  const usage = message.usage_metadata as { input_tokens?: number; output_tokens?: number } | undefined
  return {
    input: usage?.input_tokens || estimated(question.system + question.user),
    output: usage?.output_tokens || estimated(message.text),
  }
}
