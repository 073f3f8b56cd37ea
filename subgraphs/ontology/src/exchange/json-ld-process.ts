import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { UnavailableError } from '@mothership/platform/errors'
import { createPlaces } from '@mothership/platform/places'
import type { Term } from '../domain/exchange/statements.ts'
import type { Quad } from './collector.ts'

/** What one text may take. */
export interface Limits {
  readonly milliseconds: number
  readonly megabytes: number
}

/** As much as the largest import takes on a machine that has more to do. */
const LIMITS: Limits = { milliseconds: 60_000, megabytes: 512 }

/** How many texts this process has read at once, and how long the next waits for its turn. */
const AT_ONCE = 2
const WAIT_MILLISECONDS = 30_000
const RETRY_AFTER_SECONDS = 15
const places = createPlaces(AT_ONCE)

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

const WORKER = fileURLToPath(new URL('json-ld-worker.mjs', import.meta.url))

/**
 * Parses JSON-LD in a process that lives for this text alone: a thread that is out of memory can take all of its
 * process with it. Two at once; the others wait. Throws TooMuchError where the text takes too much, UnavailableError
 * where its turn does not come.
 */
export const parseJsonLd = async (
  content: string,
  limits = LIMITS,
  waitMilliseconds = WAIT_MILLISECONDS,
): Promise<Answer> => {
  const leave = await places.take({ waitMilliseconds })
  if (!leave) {
    throw new UnavailableError(
      `Other imports of JSON-LD are being read, ${AT_ONCE} at once. Try again in ${RETRY_AFTER_SECONDS} s.`,
      { retryAfterSeconds: RETRY_AFTER_SECONDS },
    )
  }
  try {
    return await parseInProcess(content, limits)
  } finally {
    leave()
  }
}

const parseInProcess = async (content: string, limits: Limits): Promise<Answer> => {
  const worker = fork(WORKER, [], {
    // It needs nothing of the environment, and what is in there is none of its business.
    env: {},
    execArgv: [`--max-old-space-size=${limits.megabytes}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve())
    // One that could not be started never ends.
    worker.once('error', () => worker.pid === undefined && resolve())
  })
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<Answer>((resolve, reject) => {
      timer = setTimeout(() => reject(new TooMuchError('time')), limits.milliseconds)
      worker.on('message', (answer) => resolve(answer as Answer))
      worker.on('error', reject)
      worker.on('exit', (code, signal) =>
        reject(signal === null ? new Error(`the reader of JSON-LD ended with ${code}`) : new TooMuchError('memory')),
      )
      // That it cannot be sent is told by the end of the process.
      worker.send(content, () => undefined)
    })
  } finally {
    clearTimeout(timer)
    worker.kill('SIGKILL')
    // What it held is free only then: the next one would be there beside it.
    await gone
  }
}
