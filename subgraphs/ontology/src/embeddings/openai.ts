import { UnusableAnswerError } from '@mothership/platform/remote-calls'
import { z } from 'zod'
import { DIMENSIONS } from './model.ts'
import type { EmbeddingsProtocol } from './remote.ts'

const answerSchema = z.object({
  data: z.array(z.object({ index: z.int(), embedding: z.array(z.number()) })),
})

/** OpenAI's `POST /embeddings`, which others speak too. */
export const openAiProtocol: EmbeddingsProtocol = {
  service: 'OpenAI',
  requestOf: ({ model, apiKey, baseUrl }, texts) => ({
    url: `${baseUrl}/embeddings`,
    headers: { authorization: `Bearer ${apiKey}` },
    body: { model, input: texts, dimensions: DIMENSIONS, encoding_format: 'float' },
  }),
  vectorsOf: (answer) => {
    const { data } = answerSchema.parse(answer)
    // Each says which text it is of: nothing promises their order.
    const byIndex = new Map(data.map(({ index, embedding }) => [index, embedding]))
    return data.map((_, index) => {
      const vector = byIndex.get(index)
      if (!vector) throw new UnusableAnswerError(`answered without the vector of text ${index}`)
      return vector
    })
  },
  isKeyRefused: (status) => status === 401 || status === 403,
}
