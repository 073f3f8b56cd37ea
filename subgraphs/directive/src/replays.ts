import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { BadUserInputError, ErrorCode, MothershipError } from '@mothership/platform/errors'
import { actingSubject, type Identity } from '@mothership/platform/identity'
import type { Runtime } from '@mothership/platform/subgraph'
import { disposeAll, every, once, type Disposer } from '@mothership/platform/time'
import { isOver, MOST_TASKS, type Replay, ReplayState } from './domain/replay.ts'
import { OntologyDraftDocument } from './generated/ontology-documents.ts'
import { FinishedTasksDocument } from './generated/task-documents.ts'
import { createReplayer, UnsettledError } from './replayer.ts'
import type { Directives } from './directives.ts'
import type { DirectiveStore } from './store.ts'
import { REPLAY_JOB, type ReplayStore } from './store/replays.ts'

/** A job goes on for so long and sends the next one: replays take turns, and none is near the 5 minutes of a job. */
const SLICE_MILLISECONDS = 10_000
/** How often in a row a page may fail before its replay does; they are tried again ever later, for 9 minutes. */
const MOST_FAILURES = 10
/** For how long a page waits for the meaning of beliefs before its replay fails. */
const MOST_WAIT_SECONDS = 600
/** How often replays are looked for that are to be tried again, or whose process died. */
const REVIVE_MILLISECONDS = 2000

export interface Replays {
  /** Throws BadUserInputError, NotFoundError or ConflictError with paths, and UnavailableError. */
  start(
    given: { changes: readonly unknown[] | null; proposalId: string | null; last: number },
    identity: Identity,
  ): Promise<Replay>
  /** Throws NotFoundError. */
  cancel(id: string): Promise<Replay>
  dispose: Disposer
}

/** Starts what goes on with replays, in the background. */
export const startReplays = async (
  { peers, jobs, logger }: Pick<Runtime, 'peers' | 'jobs' | 'logger'>,
  options: { store: DirectiveStore; replayStore: ReplayStore; directives: Directives },
): Promise<Replays> => {
  const { replayStore } = options
  const ending = new AbortController()
  const replayPage = createReplayer({ ...options, peers })

  /** What a failure means: some time later it may go, or it never will. */
  const fail = async (id: string, error: unknown): Promise<void> => {
    const isOurs = error instanceof MothershipError
    const isFinal = isOurs && error.code !== ErrorCode.UNAVAILABLE
    if (!isFinal && (await replayStore.noteFailure(id)) < MOST_FAILURES) {
      // Not thrown: pg-boss counts all failures of a job, and gives up one of which pages went well in between.
      logger.warn({ error, replayId: id }, 'a page of a replay failed; it is tried again')
      return
    }
    if (!isOurs) logger.error({ error, replayId: id }, 'a replay failed')
    const reason = isOurs ? error.message : 'Something went wrong on our side. Look for the replay in the log.'
    await replayStore.endReplay(id, { state: ReplayState.FAILED, reason })
  }

  /** What the ontology says may be otherwise in a moment: the page is looked at then. */
  const wait = async (id: string): Promise<void> => {
    if ((await replayStore.noteWait(id)) < MOST_WAIT_SECONDS) return
    const reason =
      'The meaning of some beliefs was not computed for 10 minutes. See embeddingProgress, and replay once more when it is done.'
    await replayStore.endReplay(id, { state: ReplayState.FAILED, reason })
  }

  /** Goes on with a replay for a while. It is left where another process is at it. */
  const goOn = async (id: string): Promise<void> => {
    let replay = await replayStore.claimReplay(id)
    const end = performance.now() + SLICE_MILLISECONDS
    try {
      while (replay && !isOver(replay) && !ending.signal.aborted && performance.now() < end) {
        replay = await replayStore.keepPage(id, await replayPage(replay))
        await nextTurn()
      }
    } catch (error) {
      return error instanceof UnsettledError ? wait(id) : fail(id, error)
    }
    if (!replay || isOver(replay)) return
    if (ending.signal.aborted) await replayStore.letGo(id)
    else await replayStore.passOn(id)
  }

  const work = async (data: { id: string }[]): Promise<void> => {
    // A job that a process takes while it ends is for another one.
    for (const { id } of data) await (ending.signal.aborted ? replayStore.letGo(id) : goOn(id))
  }
  await jobs.work<{ id: string }>(REPLAY_JOB, work, { batchSize: 1 })
  await replayStore.reviveReplays()
  const stopReviving = every(REVIVE_MILLISECONDS, replayStore.reviveReplays, logger)

  return {
    start: async ({ changes, proposalId, last }, identity) => {
      if (last < 1 || last > MOST_TASKS) {
        throw new BadUserInputError(`last is ${last}; it may be 1 to ${MOST_TASKS}.`, { path: 'last' })
      }
      // The ontology knows what a change is, and parses them as it does those of an edit.
      const variables = { changes: changes as never, proposalId }
      const { ontologyDraft } = await peers.ontology(OntologyDraftDocument, variables, identity)
      const { finishedTasks } = await peers.task(
        FinishedTasksDocument,
        { first: 1, after: null, before: null },
        identity,
      )
      return replayStore.createReplay({
        id: randomUUID(),
        author: actingSubject(identity),
        changes: ontologyDraft.changes as object[],
        baseRevision: ontologyDraft.baseRevision,
        proposalId,
        last,
        total: Math.min(last, finishedTasks.count),
      })
    },
    cancel: (id) => replayStore.endReplay(id, { state: ReplayState.CANCELLED, reason: null }),
    dispose: once(async () => {
      ending.abort()
      await disposeAll([stopReviving])
    }),
  }
}
