import { ChatAnthropic } from '@langchain/anthropic'
import { HumanMessage, SystemMessage } from '@langchain/core/messages'
import { type AskModel, MAX_OUTPUT_TOKENS, tokensOf } from './client.ts'
import type { Access } from './settings.ts'

/** A model of Anthropic; the answer is what it calls the one tool with. */
export const createAnthropic = (model: string, { apiKey, baseUrl }: Access): AskModel => {
  const client = new ChatAnthropic({
    model,
    apiKey: apiKey as string,
    maxRetries: 0,
    maxTokens: MAX_OUTPUT_TOKENS,
    ...(baseUrl !== undefined && { anthropicApiUrl: baseUrl }),
  })
  return async (question, signal) => {
    const { system, user, name, jsonSchema } = question
    const message = await client.invoke([new SystemMessage(system), new HumanMessage(user)], {
      signal,
      tools: [{ name, description: 'Gives the answer.', input_schema: { type: 'object', ...jsonSchema } }],
      tool_choice: { type: 'tool', name },
    })
    const { stop_reason: end } = message.response_metadata as { stop_reason?: string }
    const call = message.tool_calls?.find((one) => one.name === name)
    return {
      answer: call?.args ?? message.text,
      tokens: tokensOf(question, message),
      // It was told to call the tool: where it ended with words instead, it would not answer.
      end: end === 'max_tokens' ? 'cut off' : end === 'refusal' || !call ? 'refused' : 'done',
    }
  }
}
