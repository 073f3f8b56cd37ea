import { httpUrlVariable, parseEnvironment, StartError } from '@mothership/platform/environment'
import { z } from 'zod'
import { type ModelName, type ModelProvider, modelNameOf, type ModelSettings, PROVIDERS } from './models/settings.ts'

const key = z.string().optional()
const address = httpUrlVariable.optional()
const amount = z.coerce.number({ error: 'must be a number' }).positive('must be more than 0')

/** The variables of the language models; none is needed. Where none is set, directives are compiled without one. */
export const modelEnvironment = z.object({
  MOTHERSHIP_MODELS: z.string().optional(),
  OPENAI_API_KEY: key,
  OPENAI_BASE_URL: address,
  ANTHROPIC_API_KEY: key,
  ANTHROPIC_BASE_URL: address,
  GOOGLE_API_KEY: key,
  GOOGLE_BASE_URL: address,
  COMPATIBLE_API_KEY: key,
  COMPATIBLE_BASE_URL: address,
  MOTHERSHIP_MODEL_TIMEOUT_SECONDS: amount.max(40, 'must be at most 40').default(20),
  MOTHERSHIP_MODEL_DAILY_TOKENS: amount.optional(),
  MOTHERSHIP_MODEL_DAILY_USD: amount.optional(),
  MOTHERSHIP_MODEL_PRICES: z.string().optional(),
  MOTHERSHIP_MODEL_CACHE_SECONDS: amount.max(2_592_000, 'must be at most 2592000, 30 days').default(86_400),
  MOTHERSHIP_MODEL_USAGE_DAYS: amount
    .int('must be a whole number')
    .max(36_500, 'must be at most 36500, 100 years')
    .default(400),
})
type Variables = z.infer<typeof modelEnvironment>
type Source = Readonly<Record<string, string | undefined>>

const MAX_MODELS = 10

/** Where no list is given: a model of each provider that has a key, in this order. */
const DEFAULT_MODELS = { openai: 'gpt-4.1-mini', anthropic: 'claude-haiku-4-5', google: 'gemini-2.5-flash' } as const

/** Reads the settings of the language models. Throws StartError with all that is wrong. */
export const parseModelSettings = (source: Source): ModelSettings => {
  const given = parseEnvironment(modelEnvironment, source)
  const faults: string[] = []
  const models = listed(given, faults)
  const prices = pricesOf(given, faults)
  faults.push(...faultsOf(models, given))
  if (given.MOTHERSHIP_MODEL_DAILY_USD !== undefined) {
    const unpriced = models.map(modelNameOf).filter((name) => !prices.has(name))
    faults.push(...unpriced.map((name) => `MOTHERSHIP_MODEL_PRICES: ${name} has no price, which a budget in USD needs`))
  }
  if (faults.length > 0) throw new StartError(`The environment is not right. ${faults.join('; ')}.`)
  return {
    models,
    access: {
      openai: { apiKey: given.OPENAI_API_KEY, baseUrl: given.OPENAI_BASE_URL },
      anthropic: { apiKey: given.ANTHROPIC_API_KEY, baseUrl: given.ANTHROPIC_BASE_URL },
      google: { apiKey: given.GOOGLE_API_KEY, baseUrl: given.GOOGLE_BASE_URL },
      compatible: { apiKey: given.COMPATIBLE_API_KEY, baseUrl: given.COMPATIBLE_BASE_URL },
    },
    timeoutMilliseconds: given.MOTHERSHIP_MODEL_TIMEOUT_SECONDS * 1000,
    cacheSeconds: given.MOTHERSHIP_MODEL_CACHE_SECONDS,
    budget: { tokens: given.MOTHERSHIP_MODEL_DAILY_TOKENS ?? null, usd: given.MOTHERSHIP_MODEL_DAILY_USD ?? null },
    usageDays: given.MOTHERSHIP_MODEL_USAGE_DAYS,
    prices,
  }
}

/** The settings as this process's environment has them. */
export const readModelSettings = (): ModelSettings => parseModelSettings(process.env)

const split = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** `provider:model`; the model's own name may have colons. */
const toModel = (text: string): ModelName | null => {
  const at = text.indexOf(':')
  const provider = PROVIDERS.find((one) => one === text.slice(0, at))
  const model = text.slice(at + 1)
  return provider === undefined || model === '' ? null : { provider, model }
}

const listed = (given: Variables, faults: string[]): ModelName[] => {
  if (given.MOTHERSHIP_MODELS === undefined) {
    if (given.COMPATIBLE_BASE_URL !== undefined) {
      faults.push('MOTHERSHIP_MODELS: name the model at COMPATIBLE_BASE_URL, e.g. compatible:llama3.1')
    }
    const keys = { openai: given.OPENAI_API_KEY, anthropic: given.ANTHROPIC_API_KEY, google: given.GOOGLE_API_KEY }
    return (['openai', 'anthropic', 'google'] as const)
      .filter((provider) => keys[provider] !== undefined)
      .map((provider) => ({ provider, model: DEFAULT_MODELS[provider] }))
  }
  // A key may be there for something else.
  if (given.MOTHERSHIP_MODELS.trim() === 'none') return []
  const parts = [...new Set(split(given.MOTHERSHIP_MODELS))]
  if (parts.length > MAX_MODELS) faults.push(`MOTHERSHIP_MODELS: names ${parts.length} models, at most ${MAX_MODELS}`)
  return parts.flatMap((part) => {
    const model = toModel(part)
    if (model) return [model]
    faults.push(`MOTHERSHIP_MODELS: "${part}" must be provider:model, the provider one of ${PROVIDERS.join(', ')}`)
    return []
  })
}

const faultsOf = (models: readonly ModelName[], given: Variables): string[] => {
  const lacking: Record<ModelProvider, string | null> = {
    openai: given.OPENAI_API_KEY === undefined ? 'OPENAI_API_KEY' : null,
    anthropic: given.ANTHROPIC_API_KEY === undefined ? 'ANTHROPIC_API_KEY' : null,
    google: given.GOOGLE_API_KEY === undefined ? 'GOOGLE_API_KEY' : null,
    compatible: given.COMPATIBLE_BASE_URL === undefined ? 'COMPATIBLE_BASE_URL' : null,
  }
  return models.flatMap(({ provider, model }) => {
    const name = lacking[provider]
    return name === null ? [] : [`${name}: must be set, as MOTHERSHIP_MODELS names ${provider}:${model}`]
  })
}

const PRICE = /^(.+)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/

const pricesOf = (given: Variables, faults: string[]): ModelSettings['prices'] => {
  const prices = new Map<string, { input: number; output: number }>()
  for (const part of split(given.MOTHERSHIP_MODEL_PRICES ?? '')) {
    const [, name = '', input, output] = PRICE.exec(part) ?? []
    if (toModel(name)) prices.set(name, { input: Number(input), output: Number(output) })
    else {
      faults.push(
        `MOTHERSHIP_MODEL_PRICES: "${part}" must be provider:model=INPUT/OUTPUT, in USD for a million tokens each`,
      )
    }
  }
  return prices
}
