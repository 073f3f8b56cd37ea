import { createHash } from 'node:crypto'
import type { Runtime } from '@mothership/platform/subgraph'
import { canonicalJson, type JsonValue } from '@mothership/platform/json'
import { type Disposer, once } from '@mothership/platform/time'
import { z } from 'zod'
import type { DirectiveStore } from '../store.ts'
import type { Purpose } from '../store/model-usage.ts'
import { createBudget } from './budget.ts'
import { type About, createChain, type Pacing, PACING } from './chain.ts'
import { fenced, type PromptName, readPrompts } from './prompts.ts'
import { type ModelName, modelNameOf, type ModelSettings, PROVIDERS } from './settings.ts'
import { createSharing } from './sharing.ts'

/** What is kept of a model's answer, and answered: it is made of it once, however often the answer is used again. */
interface Kept<A, T> {
  readonly schema: z.ZodType<T>
  readonly of: (answer: A) => T
}

/** One question to the language models. */
export interface Ask<A, T> {
  readonly prompt: PromptName
  /** What the prompt speaks of. All of it is fenced as data. */
  readonly data: unknown
  /** The shape of the answer. */
  readonly schema: z.ZodType<A>
  /** Left out: the answer itself is kept. */
  readonly kept?: Kept<A, T>
  readonly purpose: Purpose
  readonly about: About
  /** All that the answer depends on, besides the prompt and the models: equal keys share one answer. */
  readonly key: unknown
  /** An answer comes within this time, or none does. */
  readonly totalMilliseconds: number
}

/** `value` is null where no model answered; `reason` then says why, in words for everybody. */
export type Asked<T> =
  | { readonly value: T; readonly name: ModelName; readonly attempts: number; readonly isCached: boolean }
  | { readonly value: null; readonly reason: string }

const keptAnswer = z.object({
  value: z.unknown(),
  provider: z.enum(PROVIDERS),
  model: z.string(),
  attempts: z.number(),
})

/** Why no model takes part where the environment names none. */
export const NOT_CONFIGURED = 'No language model is configured.'

export type Models = Awaited<ReturnType<typeof createModels>>

/** The language models, in the order in which they are configured. Nothing of them is loaded before one is asked. */
export const createModels = async (
  { cache, bus, logger }: Pick<Runtime, 'cache' | 'bus' | 'logger'>,
  options: { store: DirectiveStore; settings: ModelSettings; pacing?: Pacing | undefined },
) => {
  const { store, settings, pacing = PACING } = options
  const prompts = readPrompts()
  const budget = createBudget(settings.budget, store)
  const chain = createChain({ settings, usage: store, budget, logger, pacing })
  const sharing = await createSharing({ cache, bus, claims: store, logger })
  const names = settings.models.map(modelNameOf)

  return {
    isConfigured: names.length > 0,

    /** Asks the models in their order. It throws for no provider's sake; UnavailableError once it was disposed of. */
    ask: async <A, T = A>(ask: Ask<A, T>): Promise<Asked<T>> => {
      if (names.length === 0) return { value: null, reason: NOT_CONFIGURED }
      const { schema, purpose, about } = ask
      // Where nothing else is kept, T is A.
      const digest = ask.kept ?? ({ schema, of: (answer: A) => answer } as unknown as Kept<A, T>)
      const deadline = performance.now() + ask.totalMilliseconds
      const prompt = prompts[ask.prompt]
      const parse = (kept: JsonValue) => {
        const answer = keptAnswer.safeParse(kept).data
        const value = answer && digest.schema.safeParse(answer.value).data
        return answer && value !== undefined ? { ...answer, value } : null
      }
      const work = async () => {
        const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema)
        const question = { ...fenced(prompt, ask.data), name: 'answer', jsonSchema, schema, purpose, about, deadline }
        const answer = await chain.ask(question)
        if ('reason' in answer) return answer
        return { value: { value: digest.of(answer.value), ...answer.name, attempts: answer.attempts } as JsonValue }
      }
      const shared = await sharing.share({
        key: `model:${sha256(canonicalJson([purpose, prompt.version, names, ask.key]))}`,
        ttlSeconds: settings.cacheSeconds,
        deadline,
        isUsable: (kept) => parse(kept) !== null,
        work,
      })
      if ('reason' in shared) return { value: null, reason: shared.reason }
      const answer = parse(shared.value)
      if (!answer) throw new Error('what is kept of an answer of a language model is not of its own schema')
      const { provider, model, attempts, value } = answer
      return { value, name: { provider, model }, attempts, isCached: shared.isCached }
    },

    /** What is known of each model, without asking it. */
    states: chain.states,
    /** What was used today, and what may be. */
    today: async () => {
      const [closed, usage] = [await budget.closed(), await budget.today()]
      const { tokens: maxTokens, usd: maxUsd } = settings.budget
      return { day: usage.day, usage, maxTokens, maxUsd, isUsedUp: closed !== null }
    },
    /** Ends what is in flight: who waits for it gets UnavailableError, and asks another process. */
    dispose: once(async () => {
      chain.dispose()
      await sharing.dispose()
    }) satisfies Disposer,
  }
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
