/** Whose protocol a model is asked by; compatible: a server that speaks OpenAI's, e.g. a local one. */
export const PROVIDERS = ['openai', 'anthropic', 'google', 'compatible'] as const
export type ModelProvider = (typeof PROVIDERS)[number]

export interface ModelName {
  readonly provider: ModelProvider
  readonly model: string
}

/** How a model is named in the environment and in prices. */
export const modelNameOf = ({ provider, model }: ModelName): string => `${provider}:${model}`

/** What a provider's client needs; without a base URL it is the provider's own address. */
export interface Access {
  readonly apiKey: string | undefined
  readonly baseUrl: string | undefined
}

/** What a day (UTC) may cost; null: it may cost anything. */
export interface Budget {
  readonly tokens: number | null
  readonly usd: number | null
}

export interface ModelSettings {
  /** In the order in which they are tried; empty: none is configured. */
  readonly models: readonly ModelName[]
  readonly access: Readonly<Record<ModelProvider, Access>>
  /** What one try may take. */
  readonly timeoutMilliseconds: number
  /** How long an answer is kept. */
  readonly cacheSeconds: number
  readonly budget: Budget
  /** For how many days before today what each day used is kept. */
  readonly usageDays: number
  /** By `provider:model`: USD for a million tokens. */
  readonly prices: ReadonlyMap<string, { readonly input: number; readonly output: number }>
}
