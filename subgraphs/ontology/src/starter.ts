import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Logger } from '@mothership/platform/telemetry'
import { backoff, type Disposer, sleep } from '@mothership/platform/time'
import { z } from 'zod'
import { type Change, ChangeKind } from './domain/change.ts'
import { parseChange } from './domain/parse.ts'

const list = z.array(z.looseObject({ id: z.uuid() }))
const starterSchema = z.object({
  message: z.string(),
  values: list,
  beliefs: list,
  relations: list,
  valueLinks: list,
})

/** What a new installation begins with: inputs of changes. Each brings its id, so that every installation has the same. */
export type StarterOntology = z.infer<typeof starterSchema>

/** The starter ontology of this project. */
export const readStarter = (): StarterOntology =>
  starterSchema.parse(JSON.parse(readFileSync(new URL('../starter/starter.json', import.meta.url), 'utf8')))

/** The changes that make it, checked like any edit. Throws BadUserInputError with the path in its file. */
export const starterChanges = (starter: StarterOntology): Change[] => {
  const parse = (kind: ChangeKind, name: 'values' | 'beliefs' | 'relations' | 'valueLinks') =>
    starter[name].map((input, place) => parseChange({ kind, input, path: `${name}[${place}]`, newId: randomUUID }))
  return [
    ...parse(ChangeKind.createValue, 'values'),
    ...parse(ChangeKind.createBelief, 'beliefs'),
    ...parse(ChangeKind.relateBeliefs, 'relations'),
    ...parse(ChangeKind.linkValue, 'valueLinks'),
  ]
}

export interface Seeding {
  /** Null when it is done, else what it waits for. */
  status(): string | null
  dispose: Disposer
}

/**
 * Does the work in the background until it succeeds once: what it needs of other subgraphs may start later. Tries again
 * with back-off.
 */
export const startSeeding = (work: () => Promise<void>, logger: Logger): Seeding => {
  const ending = new AbortController()
  let isDone = false
  const loop = (async () => {
    for (let attempt = 0; !ending.signal.aborted; attempt++) {
      try {
        await work()
        isDone = true
        return
      } catch (error) {
        if (ending.signal.aborted) return
        // Why is for the log alone: whoever asks for the health of a process needs no token.
        logger.warn({ error, attempt }, 'the ontology is not seeded yet; trying again')
        await sleep(backoff({ attempt, baseMilliseconds: 200, maxMilliseconds: 3000 }), ending.signal)
      }
    }
  })()
  return {
    status: () => (isDone ? null : 'seeding'),
    dispose: async () => {
      ending.abort()
      await loop
    },
  }
}
