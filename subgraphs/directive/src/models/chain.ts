import { type CircuitBreaker, CircuitOpenError, createCircuitBreaker } from '@mothership/platform/circuit-breaker'
import {
  CallTimeoutError,
  describeRemoteFailure,
  retrying,
  statusOf,
  UnusableAnswerError,
} from '@mothership/platform/remote-calls'
import type { Logger } from '@mothership/platform/telemetry'
import type { z } from 'zod'
import type { Purpose, UsageStore } from '../store/model-usage.ts'
import type { DayBudget } from './budget.ts'
import type { AskModel, Question } from './client.ts'
import { lazyModel } from './lazy-model.ts'
import { readReply, RefusedError } from './reply.ts'
import { type ModelName, modelNameOf, type ModelSettings } from './settings.ts'

/** How patient the models are waited for; the tests are less so. */
export interface Pacing {
  readonly attempts: number
  readonly baseMilliseconds: number
  /** After how many calls that failed one after the other a provider is left alone, and for how long. */
  readonly failures: number
  readonly openMilliseconds: number
}

export const PACING: Pacing = { attempts: 3, baseMilliseconds: 500, failures: 3, openMilliseconds: 30_000 }

/** What a call is accounted to. */
export interface About {
  readonly directiveId: string | null
  readonly taskId: string | null
}

export interface ChainQuestion<T> extends Question {
  readonly schema: z.ZodType<T>
  readonly purpose: Purpose
  readonly about: About
  /** By performance.now(): when an answer is of no use any more. */
  readonly deadline: number
}

export type ChainAnswer<T> =
  { readonly value: T; readonly name: ModelName; readonly attempts: number } | { readonly reason: string }

interface Model {
  readonly name: ModelName
  readonly load: () => Promise<AskModel>
  readonly breaker: CircuitBreaker
  /** Why its last call failed; null: it did not. */
  failing: string | null
}

/** The bad luck of one question is no sign of a provider that is down. */
const isProvidersFailure = (error: unknown): boolean =>
  !(error instanceof UnusableAnswerError) &&
  !(error instanceof RefusedError) &&
  ![400, 404, 413, 422].includes(statusOf(error) ?? 0)

const wordsOf = (error: unknown): string =>
  error instanceof RefusedError || error instanceof CircuitOpenError ? error.message : describeRemoteFailure(error)

/** The configured models, tried in their order until one answers. It never throws because a provider is down. */
export const createChain = (options: {
  settings: ModelSettings
  usage: UsageStore
  budget: DayBudget
  logger: Logger
  pacing: Pacing
}) => {
  const { settings, usage, budget, logger, pacing } = options
  const breakers = new Map<string, CircuitBreaker>()
  const breakerOf = ({ provider }: ModelName): CircuitBreaker => {
    const breaker = breakers.get(provider) ?? createCircuitBreaker({ ...pacing, isFailure: isProvidersFailure })
    breakers.set(provider, breaker)
    return breaker
  }
  const models = settings.models.map((name): Model => ({
    name,
    load: lazyModel(name, settings.access[name.provider]),
    breaker: breakerOf(name),
    failing: null,
  }))

  const usdOf = (name: ModelName, input: number, output: number): number | null => {
    const price = settings.prices.get(modelNameOf(name))
    return price ? (input * price.input + output * price.output) / 1_000_000 : null
  }
  /** Accounts what a model was asked, also where it failed. An answer is not given up because it could not be noted. */
  const account = async (
    { name }: Model,
    question: ChainQuestion<unknown>,
    spent: { attempts: number; input: number; output: number; succeeded: boolean },
  ): Promise<void> => {
    if (spent.attempts === 0) return
    const { attempts, input: inputTokens, output: outputTokens, succeeded } = spent
    const usd = usdOf(name, inputTokens, outputTokens)
    try {
      const { purpose, about } = question
      await usage.recordUsage({ ...name, ...about, purpose, attempts, inputTokens, outputTokens, usd, succeeded })
      budget.forget()
    } catch (error) {
      logger.warn({ error, ...name, inputTokens, outputTokens }, 'what a language model used could not be kept')
    }
  }

  /** All tries at one model, within so many milliseconds. Throws why none succeeded. */
  const askOne = async <T>(model: Model, question: ChainQuestion<T>, milliseconds: number) => {
    const spent = { attempts: 0, input: 0, output: 0, succeeded: false }
    const ending = new AbortController()
    const timer = setTimeout(() => ending.abort(new CallTimeoutError(milliseconds)), milliseconds)
    try {
      const ask = await model.load()
      const tryOnce = async ({ signal }: { signal: AbortSignal }): Promise<T> => {
        spent.attempts += 1
        const reply = await ask(question, signal)
        spent.input += reply.tokens.input
        spent.output += reply.tokens.output
        return readReply(reply, question.schema)
      }
      const { attempts, baseMilliseconds } = pacing
      const { timeoutMilliseconds } = settings
      const limits = { attempts, baseMilliseconds, timeoutMilliseconds, signal: ending.signal }
      const value = await model.breaker.run(() => retrying(tryOnce, limits))
      spent.succeeded = true
      model.failing = null
      return { value, name: model.name, attempts: spent.attempts }
    } finally {
      clearTimeout(timer)
      await account(model, question, spent)
    }
  }

  return {
    ask: async <T>(question: ChainQuestion<T>): Promise<ChainAnswer<T>> => {
      const failures: string[] = []
      for (const [place, model] of models.entries()) {
        const closed = await budget.closed()
        if (closed !== null) return { reason: closed }
        // Each gets its share of the time that is left, so that one that hangs leaves some to the next.
        const share = Math.floor((question.deadline - performance.now()) / (models.length - place))
        if (share <= 0) return { reason: 'There was no time left to ask a language model.' }
        try {
          return await askOne(model, question, share)
        } catch (error) {
          model.failing = wordsOf(error)
          failures.push(`${modelNameOf(model.name)} ${model.failing}`)
          const { provider, model: name } = model.name
          logger.warn(
            { provider, model: name, purpose: question.purpose, reason: model.failing },
            'a language model failed',
          )
        }
      }
      return { reason: `No language model answered: ${failures.join('; ')}.` }
    },

    /** What this process knows of each model; it asks none. */
    states: async () => {
      const closed = await budget.closed()
      return models.map(({ name, breaker, failing }) => {
        if (closed !== null) return { ...name, state: 'OFF' as const, reason: closed }
        if (breaker.state() !== 'closed') {
          return { ...name, state: 'FAILING' as const, reason: `${name.provider} ${new CircuitOpenError().message}.` }
        }
        if (failing !== null) return { ...name, state: 'FAILING' as const, reason: `At the last call it ${failing}.` }
        return { ...name, state: 'READY' as const, reason: null }
      })
    },
  }
}
