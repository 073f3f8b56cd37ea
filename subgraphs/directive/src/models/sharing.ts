import { randomUUID } from 'node:crypto'
import type { Bus } from '@mothership/platform/bus'
import type { Cache } from '@mothership/platform/cache'
import { UnavailableError } from '@mothership/platform/errors'
import type { JsonValue } from '@mothership/platform/json'
import type { Logger } from '@mothership/platform/telemetry'
import { type Disposer, every, once, sleep } from '@mothership/platform/time'
import { z } from 'zod'
import type { ClaimStore } from '../store/model-claims.ts'

/** Says, with its key, that a question was answered or given up. */
const TOPIC = 'directive.models'
/** A claim lasts so long unless it is renewed: a process that died holds nobody up for longer. */
const CLAIM_SECONDS = 10
const RENEW_MILLISECONDS = 3000
/** How often a waiting process looks by itself. */
const LOOK_MILLISECONDS = 500
const FAILURE_SECONDS = 60
/** With so much more time than another had it is worth while to ask once more. */
const WORTH_MILLISECONDS = 2000

/** What came of a question. A failure is shared with those who wait, and kept for nobody else. */
export type Outcome = { readonly value: JsonValue } | { readonly reason: string }
export type Shared = Outcome & { readonly isCached: boolean }

interface Job {
  readonly key: string
  readonly ttlSeconds: number
  /** By performance.now(): until when another process is waited for. */
  readonly deadline: number
  /** Whether a value of the cache is one that can be used. */
  readonly isUsable: (value: JsonValue) => boolean
  readonly work: () => Promise<Outcome>
}

/**
 * Answers the same question once: from the cache, or with the call that is in flight, in this process or another. A cache
 * that is down costs calls, never an answer.
 */
export const createSharing = async (options: { cache: Cache; bus: Bus; claims: ClaimStore; logger: Logger }) => {
  const { cache, bus, claims, logger } = options
  const flights = new Map<string, { readonly shared: Promise<Shared>; readonly deadline: number }>()
  const ending = new AbortController()
  const naps = new Map<string, AbortController>()
  const stopListening = await bus.subscribe(TOPIC, (key) => {
    if (typeof key === 'string') naps.get(key)?.abort()
  })

  const kept = async ({ key, isUsable }: Job): Promise<Shared | null> => {
    const value = await cache.get(key)
    return value !== null && isUsable(value) ? { value, isCached: true } : null
  }

  /** Calls under a claim, and leaves the outcome for those who wait. */
  const callOnce = async (job: Job, token: string): Promise<Shared> => {
    const began = performance.now()
    const stopRenewing = every(RENEW_MILLISECONDS, () => claims.renewClaim(job.key, token, CLAIM_SECONDS), logger)
    try {
      const outcome = await job.work()
      if ('value' in outcome) await cache.set(job.key, outcome.value, { ttlSeconds: job.ttlSeconds })
      else {
        const failure = { reason: outcome.reason, patience: job.deadline - began }
        await cache.set(failureKey(token), failure, { ttlSeconds: FAILURE_SECONDS })
      }
      return { ...outcome, isCached: false }
    } finally {
      await stopRenewing()
      await claims.releaseClaim(job.key, token)
      await bus.publish(TOPIC, job.key)
    }
  }

  const nap = async (key: string): Promise<void> => {
    const waking = new AbortController()
    naps.set(key, waking)
    await sleep(LOOK_MILLISECONDS, AbortSignal.any([waking.signal, ending.signal]))
    naps.delete(key)
  }

  /** For the whole process: calls, or waits for the process that does. */
  const lead = async (job: Job): Promise<Shared> => {
    const token = randomUUID()
    const patience = job.deadline - performance.now()
    let holder: string | null = null
    for (;;) {
      if (ending.signal.aborted) throw new UnavailableError('The directive subgraph is ending. Try again in a moment.')
      const next = await claims.takeClaim(job.key, token, CLAIM_SECONDS)
      const known = await kept(job)
      if (known) {
        if (next === token) await claims.releaseClaim(job.key, token)
        return known
      }
      // Whom this process waited for has failed: whoever waited with it shares that, unless it had much less time.
      const failure = holder === null ? null : failureSchema.safeParse(await cache.get(failureKey(holder))).data
      if (failure && !(isMorePatient(patience, failure.patience) && hasTimeLeft(job))) {
        if (next === token) await claims.releaseClaim(job.key, token)
        return { reason: failure.reason, isCached: true }
      }
      if (next === token) return callOnce(job, token)
      if (performance.now() > job.deadline) {
        return { reason: 'Another process asks a language model the same, and had no answer in time.', isCached: true }
      }
      holder = next ?? holder
      await nap(job.key)
    }
  }

  const share = async (job: Job): Promise<Shared> => {
    const known = await kept(job)
    if (known) return known
    const flight = flights.get(job.key)
    if (flight) {
      const shared = await within(flight.shared, job.deadline)
      // Who leads may have had less time, as a person has beside a task.
      if ('reason' in shared && isMorePatient(job.deadline, flight.deadline) && hasTimeLeft(job)) return share(job)
      return { ...shared, isCached: true }
    }
    const shared = lead(job).finally(() => flights.delete(job.key))
    flights.set(job.key, { shared, deadline: job.deadline })
    return shared
  }

  return {
    share,
    /** Once the calls themselves were ended. */
    dispose: once(async () => {
      ending.abort()
      await Promise.allSettled([...flights.values()].map(({ shared }) => shared))
      await stopListening()
    }) satisfies Disposer,
  }
}

const failureSchema = z.object({ reason: z.string(), patience: z.number() })

/** Whether one that waits so long may get an answer where another had none. */
const isMorePatient = (own: number, other: number): boolean => own > other + WORTH_MILLISECONDS
const hasTimeLeft = ({ deadline }: Job): boolean => deadline - performance.now() > WORTH_MILLISECONDS

/** What a flight comes to, or that it takes longer than the one who shares it can wait. */
const within = async (flight: Promise<Shared>, deadline: number): Promise<Outcome> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Outcome>((resolve) => {
    const reason = 'The same is being asked of a language model, which did not answer in time.'
    timer = setTimeout(() => resolve({ reason }), Math.max(0, deadline - performance.now()))
  })
  try {
    return await Promise.race([flight, late])
  } finally {
    clearTimeout(timer)
  }
}

const failureKey = (token: string): string => `model-failure:${token}`
