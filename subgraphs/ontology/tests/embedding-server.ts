import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What was asked of the server, over the wire. */
export interface Asked {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Record<string, unknown>
  /** The texts that are to be embedded, of either protocol. */
  readonly texts: readonly string[]
}

/** How a request is answered; undefined: rightly. */
export type Behaviour = (response: ServerResponse, asked: Asked) => void

const directionOf = (text: string, seed: string): number[] => {
  const vector = Array.from({ length: 512 }, () => 0)
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? ['']) {
    const place = createHash('sha256').update(`${seed} ${word}`).digest().readUInt32BE() % 512
    // Of no length in particular: a provider's vectors need not be normalised.
    vector[place] = (vector[place] ?? 0) + 3
  }
  return vector
}

/** The right answer: texts that share words are near each other. `seed` makes another model of it. */
export const answerOf = ({ path, texts }: Asked, seed = ''): unknown => {
  const vectors = texts.map((text) => directionOf(text, seed))
  return path.endsWith('/embeddings')
    ? // Not in their order, which the index of each tells.
      { data: vectors.map((embedding, index) => ({ index, embedding, object: 'embedding' })).reverse() }
    : { embeddings: vectors.map((values) => ({ values })) }
}

export const answers =
  (status: number, body: unknown, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body))

export const hangs: Behaviour = () => undefined

const textsOf = (body: Record<string, unknown>): string[] => {
  if (Array.isArray(body['input'])) return body['input'] as string[]
  const requests = body['requests'] as { content: { parts: { text: string }[] } }[]
  return requests.map(({ content }) => content.parts.map(({ text }) => text).join(''))
}

/** A server that speaks the embedding protocols of OpenAI and of Google. */
export const startEmbeddingServer = async () => {
  const asked: Asked[] = []
  /** For the next requests, one each; then `always`, where it is set. */
  const script: Behaviour[] = []
  let always: Behaviour | null = null
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>
      const one: Asked = { path: request.url ?? '', headers: request.headers, body, texts: textsOf(body) }
      asked.push(one)
      const behaviour = script.shift() ?? always
      if (behaviour) behaviour(response, one)
      else answers(200, answerOf(one))(response, one)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    script,
    always: (behaviour: Behaviour | null) => void (always = behaviour),
    dispose: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type EmbeddingServer = Awaited<ReturnType<typeof startEmbeddingServer>>

export const KEY = 'sk-of-the-test-0123456789'

/** The variables that have a provider's model asked at a server. */
export const openAiAt = ({ url }: EmbeddingServer, model = '') => ({
  MOTHERSHIP_EMBEDDINGS: model === '' ? 'openai' : `openai:${model}`,
  OPENAI_API_KEY: KEY,
  OPENAI_BASE_URL: `${url}/v1`,
})
export const googleAt = ({ url }: EmbeddingServer) => ({
  MOTHERSHIP_EMBEDDINGS: 'google',
  GOOGLE_API_KEY: KEY,
  GOOGLE_BASE_URL: `${url}/`,
})
