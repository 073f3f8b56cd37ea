import { Worker } from 'node:worker_threads'
import type { Term } from '../domain/exchange/statements.ts'
import type { Quad } from './collector.ts'

/** What one text may take. */
export interface Limits {
  readonly milliseconds: number
  readonly megabytes: number
}

/** As much as the largest import takes on a machine that has more to do. */
const LIMITS: Limits = { milliseconds: 30_000, megabytes: 512 }

export interface GraphQuad extends Quad {
  readonly graph: Term
}

/** Something that the library tells of a text; a loss is what it would leave out. */
export interface JsonLdEvent {
  readonly isLoss: boolean
  readonly message: string
  /** The texts that it is about, the first of them as it stands in the document. */
  readonly texts: readonly string[]
}

interface Answer {
  readonly quads: readonly GraphQuad[]
  readonly events: readonly JsonLdEvent[]
  /** The context that was asked for, and not fetched. */
  readonly remote: string | null
  /** Why the text is no JSON. */
  readonly syntaxError: string | null
  readonly error: string | null
  readonly isTooDeep: boolean
}

/** A text that takes more than it may of what the message names. */
export class TooMuchError extends Error {}

/** Parses JSON-LD in a thread that lives for this text alone. Throws TooMuchError where that takes too much. */
export const parseJsonLd = async (content: string, limits = LIMITS): Promise<Answer> => {
  const worker = new Worker(new URL('json-ld-worker.mjs', import.meta.url), {
    execArgv: [],
    workerData: content,
    resourceLimits: { maxOldGenerationSizeMb: limits.megabytes },
  })
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<Answer>((resolve, reject) => {
      timer = setTimeout(() => reject(new TooMuchError('time')), limits.milliseconds)
      worker.on('message', resolve)
      worker.on('error', (error: Error & { code?: string }) =>
        reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new TooMuchError('memory') : error),
      )
      worker.on('exit', () => reject(new Error('the thread that reads JSON-LD ended')))
    })
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
