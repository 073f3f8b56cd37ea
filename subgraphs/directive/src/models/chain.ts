import { type CircuitBreaker, CircuitOpenError, createCircuitBreaker } from '@mothership/platform/circuit-breaker'
import { CallTimeoutError, retrying } from '@mothership/platform/remote-calls'
import { UnavailableError } from '@mothership/platform/errors'
import type { Logger } from '@mothership/platform/telemetry'
import type { z } from 'zod'
import type { Purpose, UsageStore } from '../store/model-usage.ts'
import { type AnswerBreaker, createAnswerBreaker, UselessModelError } from './answer-breaker.ts'
import type { DayBudget } from './budget.ts'
import { type AskModel, estimated, type Question } from './client.ts'
import { lazyModel } from './lazy-model.ts'
import { isAnswer, isProvidersFailure, NoTimeError, wordsOf } from './failures.ts'
import { readReply } from './reply.ts'
import { type ModelName, modelNameOf, type ModelSettings } from './settings.ts'

/** How patient the models are waited for; the tests are less so. */
export interface Pacing {
  readonly attempts: number
  readonly baseMilliseconds: number
  /** After how many calls that failed one after the other a provider is left alone, and for how long. */
  readonly failures: number
  readonly openMilliseconds: number
  /** Who has not answered within this is not there, though a model may take longer where there is more time. */
  readonly patienceMilliseconds: number
}

export const PACING: Pacing = {
  attempts: 3,
  baseMilliseconds: 500,
  failures: 3,
  openMilliseconds: 30_000,
  patienceMilliseconds: 5000,
}

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
  /** Of its provider, which its other models share. */
  readonly provider: CircuitBreaker
  /** Of its answers. */
  readonly answers: AnswerBreaker
  /** Why its last call failed; null: it did not. */
  failing: string | null
}

/** With less time than that a model is not asked: it would be paid, and not answer. */
const LEAST_MILLISECONDS = 1000

const ending = (): UnavailableError => new UnavailableError('The directive subgraph is ending. Try again in a moment.')

/**
 * The configured models, tried in their order until one answers. It never throws because a provider is down; it throws
 * UnavailableError once it was disposed of, also to those who wait.
 */
export const createChain = (options: {
  settings: ModelSettings
  usage: UsageStore
  budget: DayBudget
  logger: Logger
  pacing: Pacing
}) => {
  const { settings, usage, budget, logger, pacing } = options
  const closing = new AbortController()
  const breakers = new Map<string, CircuitBreaker>()
  const isFailure = (error: unknown): boolean => !closing.signal.aborted && isProvidersFailure(error)
  const breakerOf = ({ provider }: ModelName): CircuitBreaker => {
    const breaker = breakers.get(provider) ?? createCircuitBreaker({ ...pacing, isFailure })
    breakers.set(provider, breaker)
    return breaker
  }
  const models = settings.models.map((name): Model => ({
    name,
    load: lazyModel(name, settings.access[name.provider]),
    provider: breakerOf(name),
    answers: createAnswerBreaker(pacing),
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
    let isAsking = false
    // It may have been at work until it was given up: what it was asked is paid for.
    const payForUnanswered = (): void => {
      if (isAsking) spent.input += estimated(question.system) + estimated(question.user)
    }
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(new CallTimeoutError(milliseconds)), milliseconds)
    const signal = AbortSignal.any([late.signal, closing.signal])
    try {
      const ask = await model.load()
      const tryOnce = async ({ signal: own }: { signal: AbortSignal }): Promise<T> => {
        payForUnanswered()
        spent.attempts += 1
        isAsking = true
        const reply = await ask(question, own).catch((error: unknown) => {
          isAsking &&= own.aborted
          throw error
        })
        isAsking = false
        spent.input += reply.tokens.input
        spent.output += reply.tokens.output
        return readReply(reply, question.schema)
      }
      const { attempts, baseMilliseconds, patienceMilliseconds } = pacing
      const { timeoutMilliseconds } = settings
      const limits = { attempts, baseMilliseconds, timeoutMilliseconds, signal }
      const tryAll = async (): Promise<{ value: T } | { error: unknown }> => {
        try {
          return { value: await retrying(tryOnce, limits) }
        } catch (error) {
          if (isAnswer(error)) return { error }
          if (!late.signal.aborted || milliseconds >= timeoutMilliseconds) throw error
          throw new NoTimeError(milliseconds, { wasPatient: milliseconds >= patienceMilliseconds })
        }
      }
      const value = await model.answers.run(question.about, async () => {
        const answered = await model.provider.run(tryAll)
        if ('error' in answered) throw answered.error
        return answered.value
      })
      spent.succeeded = true
      model.failing = null
      return { value, name: model.name, attempts: spent.attempts }
    } finally {
      clearTimeout(timer)
      payForUnanswered()
      await account(model, question, spent)
    }
  }

  return {
    ask: async <T>(question: ChainQuestion<T>): Promise<ChainAnswer<T>> => {
      const failures: string[] = []
      for (const [place, model] of models.entries()) {
        if (closing.signal.aborted) throw ending()
        const closed = await budget.closed()
        if (closed !== null) return { reason: closed }
        // Each gets its share of the time that is left, so that one that hangs leaves some to the next.
        const share = Math.floor((question.deadline - performance.now()) / (models.length - place))
        if (share < LEAST_MILLISECONDS) return { reason: 'There was no time left to ask a language model.' }
        try {
          return await askOne(model, question, share)
        } catch (error) {
          if (closing.signal.aborted) throw ending()
          const reason = wordsOf(error)
          if (!(error instanceof NoTimeError) || error.wasPatient) model.failing = reason
          failures.push(`${modelNameOf(model.name)} ${reason}`)
          const { provider, model: name } = model.name
          logger.warn({ provider, model: name, purpose: question.purpose, reason }, 'a language model failed')
        }
      }
      return { reason: `No language model answered: ${failures.join('; ')}.` }
    },

    /** What this process knows of each model; it asks none. */
    states: async () => {
      const closed = await budget.closed()
      return models.map(({ name, provider, answers, failing }) => {
        if (closed !== null) return { ...name, state: 'OFF' as const, reason: closed }
        if (provider.state() !== 'closed') {
          return { ...name, state: 'FAILING' as const, reason: `${name.provider} ${new CircuitOpenError().message}.` }
        }
        if (answers.state() !== 'closed') {
          return { ...name, state: 'FAILING' as const, reason: `It ${new UselessModelError().message}.` }
        }
        if (failing !== null) return { ...name, state: 'FAILING' as const, reason: `At the last call it ${failing}.` }
        return { ...name, state: 'READY' as const, reason: null }
      })
    },

    /** Ends the calls that are in flight. */
    dispose: (): void => closing.abort(ending()),
  }
}
