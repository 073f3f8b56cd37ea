import type { Runtime } from '@mothership/platform/subgraph'
import { disposeAll, every, once, type Disposer, sleep } from '@mothership/platform/time'
import { createEmbedder } from './embedder.ts'
import type { EmbeddingModel } from './embeddings/model.ts'
import { createModelHealth } from './model-health.ts'
import { createQueryMeaning } from './query-meaning.ts'
import { EMBED_JOB, EMBEDDINGS_TOPIC, type OntologyStore } from './store.ts'
import type { Direction } from './store/search.ts'

/** A job that takes longer than 5 minutes is given to another: it sends another in its stead well before that. */
const JOB_SECONDS = 60
/** How long to wait for what another process is at: that one may have died. */
const OTHERS_MILLISECONDS = 250
/** How long a job is kept from those whose model computes the meanings by a process of another model that took it. */
const PASS_ON_MILLISECONDS = 1000
/** How often what was put off, or lost, is looked for. */
const HEAL_MILLISECONDS = 60_000
/** Edits of more documents than this are not waited for at a start. */
const BULK = 500

/** The meaning of documents and of queries. */
export interface Meaning {
  /** The direction of a query; null where the model fails. */
  ofQuery(query: string): Promise<Direction | null>
  /**
   * Makes the model the one that computes the meanings, and has those computed that are missing or of another one: bulks in
   * the background, the rest before it returns, unless the model cannot be asked.
   */
  catchUp(): Promise<void>
  /** What is done each minute: says that the model is there, and has computed what was put off, or lost. */
  heal(): Promise<void>
  dispose: Disposer
}

/** Starts the background job that embeds what is due. */
export const startMeaning = async (runtime: Runtime, store: OntologyStore, model: EmbeddingModel): Promise<Meaning> => {
  const ending = new AbortController()
  const health = createModelHealth(runtime, store, model)
  const embedBatch = createEmbedder(runtime, store, { model, health, signal: ending.signal })
  let pass = `${model.name}:`
  let isCatchingUp = false

  /** Embeds until nothing is due, or its time is over, or another model has its turn. Answers whether nothing is left to it. */
  const drain = async (): Promise<boolean> => {
    const end = Date.now() + JOB_SECONDS * 1000
    while (!ending.signal.aborted && Date.now() < end) {
      const outcome = await embedBatch()
      if (outcome === 'embedded') continue
      if (outcome === 'notOurs') return passOn()
      if ((await store.countDue(null)) === 0) return true
      await sleep(OTHERS_MILLISECONDS, ending.signal)
    }
    return false
  }
  /** Leaves the job to a process of the model that computes the meanings. */
  const passOn = async (): Promise<true> => {
    await sleep(PASS_ON_MILLISECONDS, ending.signal)
    const isLeft = !ending.signal.aborted && (await store.countDue(null)) > 0
    if (isLeft && !(await runtime.jobs.isQueued(EMBED_JOB))) await store.requestEmbeddings({ isForOthers: true })
    return true
  }
  /** One job is enough for all that is due, whoever sent it. */
  const request = async (): Promise<void> => {
    if (ending.signal.aborted || isCatchingUp || (await runtime.jobs.isQueued(EMBED_JOB))) return
    await store.requestEmbeddings()
  }
  // As one: each would take its time for the same documents, and all together more than a batch may.
  await runtime.jobs.work(EMBED_JOB, async () => void ((await drain()) || (await request())), { asOne: true })
  const learnPass = async (): Promise<boolean> => {
    const present = await store.findPass(model.name)
    if (present !== null) pass = present
    return present !== null
  }
  const requestDue = async (): Promise<void> => {
    if ((await learnPass()) && (await store.countDue(null)) > 0) await request()
  }
  const heal = async (): Promise<void> => {
    await store.stayWith(model.name)
    await requestDue()
  }
  const catchUp = async (): Promise<void> => {
    isCatchingUp = true
    try {
      await store.beginWith(model.name)
      void runtime.bus.publish(EMBEDDINGS_TOPIC, true)
      while (!ending.signal.aborted && (await store.countDue(BULK)) > 0) {
        const outcome = await embedBatch()
        if (outcome === 'notOurs' || outcome === 'failed') break
        if (outcome === 'nothing') await sleep(OTHERS_MILLISECONDS, ending.signal)
      }
    } finally {
      isCatchingUp = false
    }
    await requestDue()
  }
  // Another process may have begun another pass.
  const stopLooking = await runtime.bus.subscribe(EMBEDDINGS_TOPIC, () => void learnPass().catch(() => undefined))
  const stopHealing = every(HEAL_MILLISECONDS, heal, runtime.logger)
  return {
    ofQuery: createQueryMeaning(runtime, { model, health, passOf: () => pass }),
    catchUp,
    heal,
    dispose: once(async () => {
      ending.abort()
      await disposeAll([stopLooking, stopHealing])
    }),
  }
}
