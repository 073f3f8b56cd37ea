import { HumanMessage, SystemMessage } from '@langchain/core/messages'
import { ChatOpenAICompletions } from '@langchain/openai'
import { type AskModel, MAX_OUTPUT_TOKENS, tokensOf } from './client.ts'
import type { Access } from './settings.ts'

interface RawResponse {
  readonly choices?: readonly { readonly message?: { readonly refusal?: string | null } }[]
}

/**
 * LangChain has OpenAI's client parse what a schema bounds, which throws where it does not parse, and what was used is
 * lost with it. It is parsed by us, as with every provider.
 */
class Completions extends ChatOpenAICompletions {
  override completionWithRetry(request: never, options?: object): Promise<never> {
    const clientOptions = this._getClientOptions(options)
    return this.client.chat.completions.create(request, clientOptions) as unknown as Promise<never>
  }
}

/** A model behind OpenAI's chat completions; the answer is bound by a JSON Schema. */
export const createOpenAI = (model: string, { apiKey, baseUrl }: Access): AskModel => {
  const client = new Completions({
    model,
    apiKey: apiKey as string,
    maxRetries: 0,
    maxTokens: MAX_OUTPUT_TOKENS,
    // For the refusal, which the message has no place for.
    __includeRawResponse: true,
    ...(baseUrl !== undefined && { configuration: { baseURL: baseUrl } }),
  })
  return async (question, signal) => {
    const { system, user, name, jsonSchema } = question
    const message = await client.invoke([new SystemMessage(system), new HumanMessage(user)], {
      signal,
      // Not strict: the shape of a check is open, which strict schemas cannot say.
      response_format: { type: 'json_schema', json_schema: { name, schema: jsonSchema, strict: false } },
    })
    const { finish_reason: end } = message.response_metadata as { finish_reason?: string }
    const raw = message.additional_kwargs['__raw_response'] as RawResponse | undefined
    const isRefused = typeof raw?.choices?.[0]?.message?.refusal === 'string' || end === 'content_filter'
    return {
      answer: message.text,
      tokens: tokensOf(question, message),
      end: isRefused ? 'refused' : end === 'length' ? 'cut off' : 'done',
    }
  }
}
