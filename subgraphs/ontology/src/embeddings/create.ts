import type { EmbeddingsConfiguration } from '../environment.ts'
import type { EmbeddingModel } from './model.ts'

/** Makes the model that is configured; nothing of the others is loaded. */
export const createEmbeddingModel = async (configuration: EmbeddingsConfiguration): Promise<EmbeddingModel> => {
  if (configuration.provider === 'builtin') {
    const { createLocalModel } = await import('./built-in.ts')
    return createLocalModel()
  }
  const { createRemoteModel } = await import('./remote.ts')
  return createRemoteModel(await protocolOf(configuration.provider), configuration)
}

const protocolOf = async (provider: 'openai' | 'google') =>
  provider === 'openai' ? (await import('./openai.ts')).openAiProtocol : (await import('./google.ts')).googleProtocol
