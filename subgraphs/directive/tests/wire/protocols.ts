/** The protocols of the providers, as their documentation has them: what is asked where, and what comes back. */
export const PROTOCOLS = ['openai', 'anthropic', 'google'] as const
export type Protocol = (typeof PROTOCOLS)[number]

/** What every successful answer says that it cost. */
export const INPUT_TOKENS = 1000
export const OUTPUT_TOKENS = 200

interface Bodies {
  readonly path: RegExp
  success(value: unknown): unknown
  cutOff(text: string): unknown
  refusal(): unknown
  failure(status: number): unknown
}

const completion = (message: object, finish: string) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_764_000_000,
  model: 'a-model',
  choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason: finish }],
  usage: {
    prompt_tokens: INPUT_TOKENS,
    completion_tokens: OUTPUT_TOKENS,
    total_tokens: INPUT_TOKENS + OUTPUT_TOKENS,
  },
})
const openai: Bodies = {
  path: /\/chat\/completions$/,
  success: (value) => completion({ content: textOf(value) }, 'stop'),
  cutOff: (text) => completion({ content: text }, 'length'),
  refusal: () => completion({ refusal: 'I cannot help with that.' }, 'stop'),
  failure: (status) => ({ error: { message: `no, sk-very-secret: ${status}`, type: 'error', code: null } }),
}

const message = (content: object[], stop: string) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'a-model',
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage: { input_tokens: INPUT_TOKENS, output_tokens: OUTPUT_TOKENS },
})
const toolUse = (input: unknown) => ({ type: 'tool_use', id: 'toolu_1', name: 'answer', input })
const anthropic: Bodies = {
  path: /^\/v1\/messages$/,
  success: (value) => message([toolUse(value)], 'tool_use'),
  cutOff: () => message([toolUse({})], 'max_tokens'),
  refusal: () => message([{ type: 'text', text: 'I cannot help with that.' }], 'refusal'),
  failure: (status) => ({ type: 'error', error: { type: 'api_error', message: `no, sk-very-secret: ${status}` } }),
}

const candidate = (text: string, finishReason: string) => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason }],
  usageMetadata: {
    promptTokenCount: INPUT_TOKENS,
    candidatesTokenCount: OUTPUT_TOKENS,
    totalTokenCount: INPUT_TOKENS + OUTPUT_TOKENS,
  },
  modelVersion: 'a-model',
})
const google: Bodies = {
  path: /^\/v1beta\/models\/[^/]+:generateContent$/,
  success: (value) => candidate(textOf(value), 'STOP'),
  cutOff: (text) => candidate(text, 'MAX_TOKENS'),
  refusal: () => ({ promptFeedback: { blockReason: 'SAFETY' } }),
  failure: (status) => ({ error: { code: status, message: `no, sk-very-secret: ${status}`, status: 'ERROR' } }),
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

export const bodies: Record<Protocol, Bodies> = { openai, anthropic, google }
