import { z } from 'zod'
import { DIMENSIONS } from './model.ts'
import type { EmbeddingsProtocol } from './remote.ts'

const answerSchema = z.object({ embeddings: z.array(z.object({ values: z.array(z.number()) })) })
const failureSchema = z.object({
  error: z.object({ details: z.array(z.looseObject({ reason: z.string().optional() })) }),
})

/** The Gemini API's `batchEmbedContents`. A vector that it shortens is not of length 1. */
export const googleProtocol: EmbeddingsProtocol = {
  service: 'Google',
  requestOf: ({ model, apiKey, baseUrl }, texts) => ({
    url: `${baseUrl}/v1beta/models/${model}:batchEmbedContents`,
    headers: { 'x-goog-api-key': apiKey },
    body: {
      requests: texts.map((text) => ({
        model: `models/${model}`,
        content: { parts: [{ text }] },
        // Beliefs are compared with each other as well as with queries, so both are embedded alike.
        taskType: 'SEMANTIC_SIMILARITY',
        outputDimensionality: DIMENSIONS,
      })),
    },
  }),
  vectorsOf: (answer) => answerSchema.parse(answer).embeddings.map(({ values }) => values),
  // A key that it does not know is a 400, as a text that it does not take.
  isKeyRefused: (status, answer) =>
    status === 401 ||
    status === 403 ||
    (failureSchema.safeParse(answer).data?.error.details.some(({ reason }) => reason === 'API_KEY_INVALID') ?? false),
}
