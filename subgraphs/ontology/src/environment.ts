import { httpUrlVariable, parseEnvironment, StartError } from '@mothership/platform/environment'
import { z } from 'zod'

const EMBEDDINGS = /^(builtin|(openai|google)(:[\w./-]{1,100})?)$/

/** The variables of the ontology subgraph, beside those of every subgraph. None is needed. */
export const ontologyEnvironment = z.object({
  MOTHERSHIP_EMBEDDINGS: z
    .string()
    .regex(EMBEDDINGS, {
      error:
        'must be builtin, openai or google, the last two with a model if need be, such as openai:text-embedding-3-small',
    })
    .default('builtin'),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: httpUrlVariable.default('https://api.openai.com/v1'),
  GOOGLE_API_KEY: z.string().optional(),
  GOOGLE_BASE_URL: httpUrlVariable.default('https://generativelanguage.googleapis.com'),
})

/** A provider's model, and where it is asked. */
export interface RemoteEmbeddings {
  readonly provider: 'openai' | 'google'
  readonly model: string
  readonly apiKey: string
  /** Without a slash at its end. */
  readonly baseUrl: string
}

/** What computes the meanings. */
export type EmbeddingsConfiguration = { readonly provider: 'builtin' } | RemoteEmbeddings

const DEFAULT_MODELS = { openai: 'text-embedding-3-small', google: 'gemini-embedding-001' } as const

type Source = Readonly<Record<string, string | undefined>>

/**
 * Reads what computes the meanings: from the environment of this process, where no other is given. Throws StartError with
 * what is wrong, which never repeats a key.
 */
export const readEmbeddings = (source: Source = process.env): EmbeddingsConfiguration => {
  const parsed = parseEnvironment(ontologyEnvironment, source)
  const [provider = '', ...model] = parsed.MOTHERSHIP_EMBEDDINGS.split(':')
  if (provider !== 'openai' && provider !== 'google') return { provider: 'builtin' }
  const keys = {
    openai: { name: 'OPENAI_API_KEY', key: parsed.OPENAI_API_KEY, url: parsed.OPENAI_BASE_URL },
    google: { name: 'GOOGLE_API_KEY', key: parsed.GOOGLE_API_KEY, url: parsed.GOOGLE_BASE_URL },
  }
  const { name, key, url } = keys[provider]
  // A header takes no other characters, and what a client says of one that does not fit repeats the key.
  if (key === undefined || !/^[\x21-\x7e]{1,500}$/.test(key)) {
    const fault = key === undefined ? 'must be set' : 'must have 1 to 500 printable characters of ASCII, no space'
    throw new StartError(`The environment is not right. ${name}: ${fault}, as MOTHERSHIP_EMBEDDINGS is ${provider}.`)
  }
  return { provider, model: model.join(':') || DEFAULT_MODELS[provider], apiKey: key, baseUrl: url.replace(/\/+$/, '') }
}
