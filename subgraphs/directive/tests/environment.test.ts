import { describe, expect, it } from 'vitest'
import { parseModelSettings } from '../src/environment.ts'
import { modelNameOf } from '../src/models/settings.ts'

const modelsOf = (variables: Record<string, string>): string[] => parseModelSettings(variables).models.map(modelNameOf)

describe('the variables of the language models', () => {
  it('need not be set: there is no model then', () => {
    const settings = parseModelSettings({})
    expect(settings.models).toEqual([])
    expect(settings.budget).toEqual({ tokens: null, usd: null })
    expect(settings.timeoutMilliseconds).toBe(20_000)
    expect(settings.usageDays).toBe(400)
  })

  it('give a model of each provider that has a key, in a fixed order', () => {
    const models = modelsOf({ GOOGLE_API_KEY: 'g', OPENAI_API_KEY: 'o', ANTHROPIC_API_KEY: '' })
    expect(models.map((name) => name.split(':')[0])).toEqual(['openai', 'google'])
  })

  it('give the list in its own order, once each, with colons in a model', () => {
    const given = { MOTHERSHIP_MODELS: 'compatible:llama3:8b, openai:a ,openai:a,openai:b', OPENAI_API_KEY: 'o' }
    const models = modelsOf({ ...given, COMPATIBLE_BASE_URL: 'http://localhost:11434/v1' })
    expect(models).toEqual(['compatible:llama3:8b', 'openai:a', 'openai:b'])
  })

  it('give none where that is asked for, though a key is there for something else', () => {
    expect(modelsOf({ OPENAI_API_KEY: 'o', MOTHERSHIP_MODELS: 'none' })).toEqual([])
  })

  it('give prices and budgets', () => {
    const settings = parseModelSettings({
      OPENAI_API_KEY: 'o',
      MOTHERSHIP_MODELS: 'openai:a',
      MOTHERSHIP_MODEL_PRICES: 'openai:a=0.4/1.6, openai:b=2/8',
      MOTHERSHIP_MODEL_DAILY_USD: '5',
      MOTHERSHIP_MODEL_DAILY_TOKENS: '100000',
    })
    expect(settings.prices.get('openai:a')).toEqual({ input: 0.4, output: 1.6 })
    expect(settings.budget).toEqual({ tokens: 100_000, usd: 5 })
  })

  it.each([
    [{ MOTHERSHIP_MODELS: 'openai:a' }, 'OPENAI_API_KEY: must be set, as MOTHERSHIP_MODELS names openai:a'],
    [{ MOTHERSHIP_MODELS: 'compatible:a' }, 'COMPATIBLE_BASE_URL: must be set'],
    [{ MOTHERSHIP_MODELS: 'mistral:a' }, '"mistral:a" must be provider:model, the provider one of openai, anthropic'],
    [{ MOTHERSHIP_MODELS: 'openai:' }, '"openai:" must be provider:model'],
    [{ COMPATIBLE_BASE_URL: 'http://localhost/v1' }, 'MOTHERSHIP_MODELS: name the model at COMPATIBLE_BASE_URL'],
    [{ OPENAI_API_KEY: 'o', OPENAI_BASE_URL: 'here' }, 'OPENAI_BASE_URL: must be a URL'],
    [{ MOTHERSHIP_MODEL_TIMEOUT_SECONDS: '90' }, 'MOTHERSHIP_MODEL_TIMEOUT_SECONDS: must be at most 40'],
    [{ MOTHERSHIP_MODEL_USAGE_DAYS: '0' }, 'MOTHERSHIP_MODEL_USAGE_DAYS: must be more than 0'],
    [{ MOTHERSHIP_MODEL_USAGE_DAYS: '1.5' }, 'MOTHERSHIP_MODEL_USAGE_DAYS: must be a whole number'],
    [{ MOTHERSHIP_MODEL_DAILY_USD: '-1' }, 'MOTHERSHIP_MODEL_DAILY_USD: must be more than 0'],
    [{ MOTHERSHIP_MODEL_PRICES: 'openai:a=1' }, '"openai:a=1" must be provider:model=INPUT/OUTPUT'],
    [
      { OPENAI_API_KEY: 'o', MOTHERSHIP_MODELS: 'openai:a', MOTHERSHIP_MODEL_DAILY_USD: '1' },
      'openai:a has no price, which a budget in USD needs',
    ],
    [
      { MOTHERSHIP_MODELS: Array.from({ length: 11 }, (_, n) => `openai:${n}`).join(','), OPENAI_API_KEY: 'o' },
      'names 11 models, at most 10',
    ],
  ])('that are wrong keep the process from starting: %j', (variables, message) => {
    expect(() => parseModelSettings(variables as Record<string, string>)).toThrow(message)
  })

  it('are never told with a key', () => {
    const parse = () => parseModelSettings({ OPENAI_API_KEY: 'sk-secret', MOTHERSHIP_MODELS: 'x' })
    expect(parse).toThrow(/provider:model/)
    expect(parse).not.toThrow(/sk-secret/)
  })
})
