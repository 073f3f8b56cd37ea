import type { PrismaSql } from '@mothership/platform/database'
import type { Runtime } from '@mothership/platform/subgraph'
import type { TimePlace } from '@mothership/platform/time-cursor'
import { isUuid } from '@mothership/platform/uuid'
import { PrismaClient } from '@mothership/prisma'
import { isOver, type PlacedDifference, type Replay, type ReplayDifference, ReplayState } from '../domain/replay.ts'
import { replayEvent } from '../events.ts'
import {
  assertMayRun,
  countOf,
  forgetOld,
  insertDifferences,
  LEASE_SECONDS,
  lockReplay,
  REPLAY,
  type Row,
  toReplay,
  writeReplay,
} from './replay-rows.ts'

/** The job that goes on with a replay. */
export const REPLAY_JOB = 'directive.replay'

/** The longest that a replay is left alone after a page failed; at first it is a second, and each is twice the one before. */
const MOST_PAUSE_SECONDS = 300
/** How long one is left alone that waits for the meaning of beliefs. */
const WAIT_SECONDS = 1
/** A job that was not taken for so long is thought lost: ten replays that take turns are not that long about it. */
const LOST_SECONDS = 300

type OwnTables = Pick<PrismaClient, '$transaction' | '$queryRawUnsafe' | '$executeRawUnsafe'>

/** What a page of tasks came to. */
export interface ReplayedPage {
  /** Where the page began; the next one begins at `next`. */
  readonly cursor: string | null
  readonly next: string | null
  readonly count: number
  readonly isLast: boolean
  readonly directivesDiffering: number
  readonly verdictsDiffering: number
  readonly differences: readonly PlacedDifference[]
}

export type ReplayStore = ReturnType<typeof createReplayStore>

/** The only way to the replays. */
export const createReplayStore = ({ database, events, jobs }: Pick<Runtime, 'database' | 'events' | 'jobs'>) => {
  const prisma: OwnTables = database.client(PrismaClient)

  /** Changes a replay that is locked, with its event; null leaves it as it is. Answers it as it is then. */
  const change = (
    id: string,
    decide: (replay: Row) => Partial<Replay> | null,
    also: (tx: PrismaSql) => PromiseLike<unknown> = async () => undefined,
  ): Promise<Replay> =>
    events.write(prisma, async (tx, append) => {
      const before = await lockReplay(tx, id)
      const decided = decide(before)
      if (decided === null) return toReplay(before)
      const after: Row = { ...before, ...decided }
      const isTold = before.isToBeTold || isOver(after)
      const version = before.version + (isTold ? 1 : 0)
      await also(tx)
      const written = toReplay(await writeReplay(tx, after, { version, isTold }))
      if (isTold) await append([replayEvent(written, version)])
      return written
    })

  const send = (tx: PrismaSql, id: string): Promise<void> => jobs.send(tx, REPLAY_JOB, { id })

  return {
    findReplays: async (ids: readonly string[]): Promise<Replay[]> =>
      database.query<Replay>(
        `select ${REPLAY} from directive.replay
         where id in (select id::uuid from jsonb_array_elements_text($1::jsonb) as list (id))`,
        [JSON.stringify(ids.filter(isUuid))],
      ),

    /** A page of the replays, newest first. */
    pageOfReplays: ({ rows, after }: { rows: number; after: TimePlace | null }): Promise<Replay[]> =>
      database.query<Replay>(
        `select ${REPLAY} from directive.replay
         where $1::timestamptz is null or (started_at, id) < ($1::timestamptz, $2::uuid)
         order by started_at desc, id desc limit $3::integer`,
        [after?.at.toISOString() ?? null, after?.id ?? null, rows],
      ),
    countReplays: () => countOf(database, 'select count(*)::integer as count from directive.replay', []),

    /** A page of the differences of a replay, in their order. */
    pageOfDifferences: async (page: { replayId: string; after: number; rows: number }): Promise<PlacedDifference[]> => {
      const rows = await database.query<{ ordinal: number; content: ReplayDifference }>(
        `select ordinal, content from directive.replay_difference
         where replay_id = $1::uuid and ordinal > $2::integer order by ordinal limit $3::integer`,
        [page.replayId, page.after, page.rows],
      )
      return rows.map(({ ordinal, content }) => ({ ...content, ordinal }))
    },
    countDifferences: (replayId: string) =>
      countOf(
        database,
        'select count(*)::integer as count from directive.replay_difference where replay_id = $1::uuid',
        [replayId],
      ),

    /**
     * Keeps a replay and sends its job; those that were over for long are forgotten. Throws ConflictError or
     * UnavailableError where too many run.
     */
    createReplay: async (
      given: Pick<Replay, 'id' | 'author' | 'changes' | 'baseRevision' | 'proposalId' | 'last' | 'total'>,
    ): Promise<Replay> => {
      const created = await events.write(prisma, async (tx, append) => {
        // One after the other: who counts those that run is counted by the next.
        await tx.$executeRawUnsafe('lock table directive.replay in share row exclusive mode')
        await assertMayRun(tx, given.author)
        await forgetOld(tx)
        const [row] = await tx.$queryRawUnsafe<Replay[]>(
          `insert into directive.replay
             (id, author, state, changes, base_revision, proposal_id, last, total, version, told_at, started_at, sent_at)
           values ($1::uuid, $2::text, 'RUNNING', $3::jsonb, $4::integer, $5::text, $6::integer, $7::integer, 1,
                   clock_timestamp(), clock_timestamp(), clock_timestamp())
           returning ${REPLAY}`,
          given.id,
          given.author,
          JSON.stringify(given.changes),
          given.baseRevision,
          given.proposalId,
          given.last,
          given.total,
        )
        if (!row) throw new Error('a replay was not written')
        await append([replayEvent(row, 1)])
        await send(tx, given.id)
        return row
      })
      jobs.wake(REPLAY_JOB)
      return created
    },

    /** Ends a replay; one that is over is answered as it is. Throws NotFoundError. */
    endReplay: (id: string, end: Pick<Replay, 'state' | 'reason'>): Promise<Replay> =>
      change(id, (replay) => (isOver(replay) ? null : end)),

    /** Takes a replay that runs and that no other process is at; null: there is nothing to go on with. */
    claimReplay: async (id: string): Promise<Replay | null> => {
      const [row] = await prisma.$queryRawUnsafe<Replay[]>(
        `update directive.replay set leased_until = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
         where id = $1::uuid and state = 'RUNNING' and (leased_until is null or leased_until < clock_timestamp())
         returning ${REPLAY}`,
        id,
      )
      return row ?? null
    },

    /**
     * Keeps what a page came to, and where the next one begins, together. Where the replay ended meanwhile, or another
     * process kept that page, nothing is written. Answers the replay as it is then.
     */
    keepPage: (id: string, page: ReplayedPage): Promise<Replay> =>
      change(
        id,
        (replay) => {
          if (isOver(replay) || replay.cursor !== page.cursor) return null
          const done = replay.done + page.count
          return {
            done,
            cursor: page.next,
            directivesDiffering: replay.directivesDiffering + page.directivesDiffering,
            verdictsDiffering: replay.verdictsDiffering + page.verdictsDiffering,
            ...(page.isLast && { state: ReplayState.COMPLETED, total: done }),
          }
        },
        (tx) => insertDifferences(tx, id, page.differences),
      ),

    /** Lets go of a replay, and sends the job that goes on with it. */
    passOn: async (id: string): Promise<void> => {
      await prisma.$transaction(async (tx) => {
        await tx.$executeRawUnsafe(
          `update directive.replay set leased_until = null, sent_at = clock_timestamp() where id = $1::uuid`,
          id,
        )
        await send(tx, id)
      })
      jobs.wake(REPLAY_JOB)
    },

    /** Lets go of a replay, so that whoever looks for those that nobody is at goes on with it. */
    letGo: async (id: string): Promise<void> => {
      await prisma.$executeRawUnsafe(
        `update directive.replay set leased_until = clock_timestamp() where id = $1::uuid and state = 'RUNNING'`,
        id,
      )
    },

    /** Leaves a replay alone of which a page failed, longer each time. Answers how often in a row that happened. */
    noteFailure: async (id: string): Promise<number> => {
      const [row] = await prisma.$queryRawUnsafe<{ failures: number }[]>(
        `update directive.replay set failures = failures + 1,
           leased_until = clock_timestamp() + make_interval(secs => least(${MOST_PAUSE_SECONDS}, power(2, failures)))
         where id = $1::uuid and state = 'RUNNING' returning failures`,
        id,
      )
      return row?.failures ?? 0
    },

    /** Leaves a replay alone for a moment, of which a page cannot be looked at yet. Answers for how many seconds it waited. */
    noteWait: async (id: string): Promise<number> => {
      const [row] = await prisma.$queryRawUnsafe<{ seconds: number }[]>(
        `update directive.replay set waiting_since = coalesce(waiting_since, clock_timestamp()),
           leased_until = clock_timestamp() + make_interval(secs => ${WAIT_SECONDS})
         where id = $1::uuid and state = 'RUNNING'
         returning extract(epoch from clock_timestamp() - waiting_since)::float8 as seconds`,
        id,
      )
      return row?.seconds ?? 0
    },

    /**
     * Sends the jobs of replays that nobody is at: that were left alone for long enough, whose process died, or whose job
     * was lost. One too many does no harm: the replay is claimed by the first.
     */
    reviveReplays: async (): Promise<void> => {
      const sent = await prisma.$transaction(async (tx) => {
        const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
          `update directive.replay set leased_until = null, sent_at = clock_timestamp()
           where state = 'RUNNING' and (leased_until < clock_timestamp() or (
             leased_until is null and sent_at < clock_timestamp() - make_interval(secs => ${LOST_SECONDS})
           )) returning id::text`,
        )
        for (const { id } of rows) await send(tx, id)
        return rows.length
      })
      if (sent > 0) jobs.wake(REPLAY_JOB)
    },
  }
}
