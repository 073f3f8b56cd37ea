import type { Pacing } from '../../src/models/chain.ts'
import type { WireRequest } from './providers.ts'

/** Waits that a test can afford. */
export const QUICK: Pacing = {
  attempts: 2,
  baseMilliseconds: 1,
  failures: 3,
  openMilliseconds: 1000,
  patienceMilliseconds: 5000,
}

/** An answer that proposes these constraints. */
export const proposing = (...constraints: object[]) => ({ constraints })

/** The message that holds the data, as each protocol has it. */
const userText = ({ protocol, body }: WireRequest): string => {
  if (protocol === 'google') {
    const [content] = body['contents'] as [{ parts: [{ text: string }] }]
    return content.parts[0].text
  }
  const messages = body['messages'] as { role: string; content: string }[]
  return messages.find(({ role }) => role === 'user')?.content ?? ''
}

/** The instructions, which are in a message of their own. */
export const systemOf = ({ protocol, body }: WireRequest): string => {
  if (protocol === 'google') return (body['systemInstruction'] as { parts: [{ text: string }] }).parts[0].text
  if (protocol === 'anthropic') return String(body['system'])
  const messages = body['messages'] as { role: string; content: string }[]
  return messages.find(({ role }) => role === 'system')?.content ?? ''
}

const FENCE = /^<data ([0-9a-f]{32})>\n([\s\S]*)\n<\/data \1>$/

/** The data of a request. Throws where it is not fenced, or the instructions do not name the fence's own marker. */
export const dataOf = (request: WireRequest): Record<string, unknown> => {
  const [, nonce, data] = FENCE.exec(userText(request)) ?? []
  if (nonce === undefined || data === undefined) throw new Error(`the data is not fenced: ${userText(request)}`)
  if (!systemOf(request).includes(nonce)) throw new Error('the instructions do not name the marker of the fence')
  return JSON.parse(data) as Record<string, unknown>
}
