import { databaseNow } from '@mothership/platform/database'
import type { Runtime } from '@mothership/platform/subgraph'
import type { Disposer } from '@mothership/platform/time'
import type { TimePlace } from '@mothership/platform/time-cursor'
import { isUuid } from '@mothership/platform/uuid'
import { type Prisma, PrismaClient } from '@mothership/prisma'
import type { Directive, DirectiveStatus } from './domain/directive.ts'
import type { Origin } from './domain/origin.ts'
import { createdEvent, endsOf, ONTOLOGY_STREAM, revisionOf, statusEvent, TASK_STREAM } from './events.ts'
import { findGovernedBeliefs } from './store/governed.ts'
import { createClaimStore } from './store/model-claims.ts'
import { createUsageStore } from './store/model-usage.ts'
import { createReportStore } from './store/reports.ts'
import { json, standsFor, toDirective } from './store/rows.ts'
import {
  type Comparison,
  findFinished,
  forgetTasks,
  listBehind,
  lockOlder,
  noteComparison,
  noteRevision,
  setStatus,
  watchAgain,
  watchDirective,
} from './store/unfinished.ts'

type OwnTables = Pick<
  PrismaClient,
  'directive' | 'constraintBelief' | '$transaction' | '$queryRawUnsafe' | '$executeRawUnsafe'
>

export interface DirectiveFilter {
  readonly taskType?: string | null | undefined
  readonly status?: DirectiveStatus | null | undefined
  /** Only those with a constraint that rests on this belief. */
  readonly beliefId?: string
}

/** A page of directives, newest first. */
export interface DirectivesPage {
  readonly rows: number
  readonly after: TimePlace | null
  readonly filter: DirectiveFilter
}

const whereOf = ({ taskType, status, beliefId }: DirectiveFilter): Prisma.DirectiveWhereInput => ({
  ...(taskType && { taskType }),
  ...(status && { status }),
  ...(beliefId !== undefined && { constraintBeliefs: { some: { beliefId } } }),
})

const newest = [{ createdAt: 'desc' }, { id: 'desc' }] satisfies Prisma.DirectiveOrderByWithRelationInput[]

const constraintBeliefsOf = ({ id, constraints }: Directive) =>
  constraints.flatMap((constraint) =>
    constraint.because.map(({ beliefId }) => ({ constraintId: constraint.id, beliefId, directiveId: id })),
  )

export type DirectiveStore = ReturnType<typeof createDirectiveStore>

/** The only way to the directives and their reports. */
export const createDirectiveStore = (
  { database, events }: Pick<Runtime, 'database' | 'events'>,
  { usageDays }: { usageDays: number },
) => {
  const prisma: OwnTables = database.client(PrismaClient)

  return {
    ...createReportStore({ database, events }),
    ...createUsageStore(database, { keptDays: usageDays }),
    ...createClaimStore(database),

    findDirectives: async (ids: readonly string[]): Promise<Directive[]> =>
      (await prisma.directive.findMany({ where: { id: { in: ids.filter(isUuid) } } })).map(toDirective),

    findDirectiveOf: async (taskId: string, origin: Origin): Promise<Directive | null> => {
      const row = await prisma.directive.findFirst({ where: standsFor(taskId, origin) })
      return row && toDirective(row)
    },

    /** The tasks' own directives. */
    findDirectivesOf: async (taskIds: readonly string[]): Promise<Directive[]> =>
      (await prisma.directive.findMany({ where: standsFor(taskIds, 'SERVICE') })).map(toDirective),

    pageOfDirectives: async ({ rows, after, filter }: DirectivesPage): Promise<Directive[]> => {
      const behind: Prisma.DirectiveWhereInput = after
        ? { OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }] }
        : {}
      const where = { AND: [whereOf(filter), behind] }
      return (await prisma.directive.findMany({ where, orderBy: newest, take: rows })).map(toDirective)
    },

    countDirectives: (filter: DirectiveFilter): Promise<number> => prisma.directive.count({ where: whereOf(filter) }),

    /** The beliefs that a task's own directive rests on or rested on, by their ids. Throws BadUserInputError. */
    findGovernedBeliefs: (options: { first: number; after: string | null }) => findGovernedBeliefs(database, options),

    /** Keeps a directive. Where its task has one already, that one is answered and nothing is written. */
    createDirective: (draft: Directive, origin: Origin): Promise<Directive> =>
      events.write(prisma, async (tx, append) => {
        const directive = { ...draft, createdAt: await databaseNow(tx) }
        const { constraints, suppressed, conflicts, mustsCut, shouldsCut, input, engine, ...columns } = directive
        const content = json({ constraints, suppressed, conflicts, mustsCut, shouldsCut })
        const row = { ...columns, origin, input: json(input), engine: json(engine), content, version: 1 }
        // By the unique index on the task: of two that compile at once, one writes, and both answer what it wrote.
        const { count } = await tx.directive.createMany({ data: [row], skipDuplicates: true })
        if (count === 0 && directive.taskId !== null) {
          return toDirective(await tx.directive.findFirstOrThrow({ where: standsFor(directive.taskId, origin) }))
        }
        await tx.constraintBelief.createMany({ data: constraintBeliefsOf(directive) })
        if (origin === 'SERVICE' && directive.taskId !== null) {
          await watchDirective(tx, { ...directive, taskId: directive.taskId })
        }
        await append([createdEvent(directive)])
        return directive
      }),

    /** Notes each revision of the ontology, durably; `onRevision` is told. */
    followOntology: (onRevision: () => void): Disposer =>
      events.consume({
        name: 'directive.ontology',
        stream: ONTOLOGY_STREAM,
        client: prisma,
        handle: async (tx, news) => {
          const revisions = news.flatMap((event) => revisionOf(event) ?? [])
          if (revisions.length === 0) return
          await noteRevision(tx, Math.max(...revisions))
          onRevision()
        },
      }),

    /** Watches the directives of finished tasks no more, and of retried ones again, durably; `onRetry` is told. */
    followTasks: (onRetry: () => void): Disposer =>
      events.consume({
        name: 'directive.finished',
        stream: TASK_STREAM,
        client: prisma,
        handle: async (tx, news) => {
          const { finished, resumed } = endsOf(news)
          await forgetTasks(tx, finished)
          await watchAgain(tx, resumed)
          if (resumed.length > 0) onRetry()
        },
      }),

    /** A page of the directives that are to be compared with what would be compiled now. */
    listBehind: (page: { after: string | null; limit: number }) => database.transaction((sql) => listBehind(sql, page)),

    /**
     * Keeps what a comparison found: which of the directives still ask for what they would today. Nothing of those that
     * were compared with a newer revision meanwhile, and of those whose task is finished: these never change.
     */
    keepComparison: ({ same, differing, revision, isSettled }: Comparison): Promise<void> =>
      events.write(prisma, async (tx, append) => {
        const older = await lockOlder(tx, { ids: [...same, ...differing], revision })
        const finished = await findFinished(
          tx,
          older.map(({ taskId }) => taskId),
        )
        await forgetTasks(tx, [...finished])
        const open = new Set(older.flatMap(({ id, taskId }) => (finished.has(taskId) ? [] : [id])))
        const set = async (ids: readonly string[], status: 'ACTIVE' | 'STALE') =>
          (await setStatus(tx, { ids: ids.filter((id) => open.has(id)), status })).map((one) =>
            statusEvent(one, status),
          )
        const changes = [...(await set(same, 'ACTIVE')), ...(await set(differing, 'STALE'))]
        if (isSettled) await noteComparison(tx, { ids: [...open], revision })
        await append(changes)
      }),
  }
}
