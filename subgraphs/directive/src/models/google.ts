import { HumanMessage, SystemMessage } from '@langchain/core/messages'
import { ChatGoogle } from '@langchain/google'
import { type AskModel, MAX_OUTPUT_TOKENS, tokensOf } from './client.ts'
import type { Access } from './settings.ts'

const REFUSED = new Set(['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'])

/** A Gemini model; the answer is bound by a JSON Schema. */
export const createGoogle = (model: string, { apiKey, baseUrl }: Access): AskModel => {
  const client = new ChatGoogle({
    model,
    apiKey: apiKey as string,
    platformType: 'gai',
    maxRetries: 0,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    ...(baseUrl !== undefined && { endpoint: baseUrl }),
  })
  return async (question, signal) => {
    const { system, user, jsonSchema } = question
    try {
      const message = await client.invoke([new SystemMessage(system), new HumanMessage(user)], {
        signal,
        responseSchema: jsonSchema,
      })
      const { finishReason: end } = message.response_metadata as { finishReason?: string }
      return {
        answer: message.text,
        tokens: tokensOf(question, message),
        end: REFUSED.has(end ?? '') ? 'refused' : end === 'MAX_TOKENS' ? 'cut off' : 'done',
      }
    } catch (error) {
      // A blocked prompt is an error of this client, and a reply of the others.
      if (error instanceof Error && error.name === 'PromptBlockedError') {
        return { answer: '', tokens: { input: 0, output: 0 }, end: 'refused' }
      }
      throw error
    }
  }
}
