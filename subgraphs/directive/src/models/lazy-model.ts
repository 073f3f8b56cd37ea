import type { AskModel } from './client.ts'
import type { Access, ModelName, ModelProvider } from './settings.ts'

/** Makes the client of a model; its library is loaded here, so that nothing is where none is configured. */
const makers: Record<ModelProvider, (model: string, access: Access) => Promise<AskModel>> = {
  openai: async (model, access) => (await import('./openai.ts')).createOpenAI(model, access),
  anthropic: async (model, access) => (await import('./anthropic.ts')).createAnthropic(model, access),
  google: async (model, access) => (await import('./google.ts')).createGoogle(model, access),
  // A local server may want no key; the client insists on one.
  compatible: async (model, access) =>
    (await import('./openai.ts')).createOpenAI(model, { ...access, apiKey: access.apiKey ?? 'none' }),
}

/** A model that is made when it is first asked: loading its library may take longer than one try may. */
export const lazyModel = ({ provider, model }: ModelName, access: Access): (() => Promise<AskModel>) => {
  let made: Promise<AskModel> | undefined
  return () => (made ??= makers[provider](model, access))
}
