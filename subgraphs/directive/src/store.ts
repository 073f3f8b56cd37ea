import { databaseNow } from '@mothership/platform/database'
import { type Identity, Role } from '@mothership/platform/identity'
import type { Runtime } from '@mothership/platform/subgraph'
import type { Disposer } from '@mothership/platform/time'
import type { TimePlace } from '@mothership/platform/time-cursor'
import { isUuid } from '@mothership/platform/uuid'
import {
  type ComplianceReport as ReportRow,
  type Directive as DirectiveRow,
  type Prisma,
  PrismaClient,
} from '@mothership/prisma'
import type { ComplianceReport, Finding, Verdict } from './domain/compliance.ts'
import {
  type Constraint,
  ConstraintOrigin,
  type Directive,
  type DirectiveContent,
  type DirectiveStatus,
  type Engine,
  type Phase,
} from './domain/directive.ts'
import {
  checkedEvent,
  createdEvent,
  isEnd,
  ONTOLOGY_STREAM,
  reviewOf,
  revisionOf,
  statusEvent,
  TASK_STREAM,
} from './events.ts'
import { tallyOfReport, tallyOfReview } from './domain/record.ts'
import { findGovernedBeliefs } from './store/governed.ts'
import { createClaimStore } from './store/model-claims.ts'
import { createUsageStore } from './store/model-usage.ts'
import { addToRecords, findOverriddenOften, findRecords, isFirstOfItsPhase } from './store/record.ts'
import { forgetTasks, listBehind, noteComparison, noteRevision, setStatus, watchDirective } from './store/unfinished.ts'

type OwnTables = Pick<
  PrismaClient,
  'directive' | 'constraintBelief' | 'complianceReport' | '$transaction' | '$queryRawUnsafe' | '$executeRawUnsafe'
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

/**
 * Whose a directive or a check is: the task's own, asked for by a subgraph, or a person's. A person's must never stand in for
 * the task's own, which decides what becomes of the task.
 */
export type Origin = 'SERVICE' | 'PERSON'

export const originOf = (identity: Identity): Origin => (identity.role === Role.SERVICE ? 'SERVICE' : 'PERSON')

/** What places a report: there is one of each, except in DURING. */
export interface ReportKey {
  readonly taskId: string
  readonly attempt: number
  readonly phase: Phase
  readonly origin: Origin
}

// A directive that was written before models took part says neither where its constraints come from nor why none did.
const readContent = (content: DirectiveContent): DirectiveContent => ({
  ...content,
  constraints: content.constraints.map((constraint: Omit<Constraint, 'origin'> & { origin?: ConstraintOrigin }) => ({
    ...constraint,
    origin: constraint.origin ?? ConstraintOrigin.COMPILED,
  })),
})
const readEngine = (engine: Engine): Engine => ({ ...{ reason: null, dropped: 0 }, ...engine })

const toDirective = (row: DirectiveRow): Directive => ({
  id: row.id,
  taskType: row.taskType,
  taskId: row.taskId,
  input: row.input,
  ...readContent(row.content as unknown as DirectiveContent),
  ontologyRevision: row.ontologyRevision,
  status: row.status as DirectiveStatus,
  engine: readEngine(row.engine as unknown as Engine),
  createdAt: row.createdAt,
})

const toReport = (row: ReportRow): ComplianceReport => ({
  id: row.id,
  directiveId: row.directiveId,
  taskId: row.taskId,
  attempt: row.attempt,
  phase: row.phase as Phase,
  verdict: row.verdict as Verdict,
  findings: row.findings as unknown as Finding[],
  checkedAt: row.checkedAt,
})

const json = (value: unknown): Prisma.InputJsonValue => value as Prisma.InputJsonValue

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

/** A task has fewer events. */
const MAX_TASK_EVENTS = 10_000

export type DirectiveStore = ReturnType<typeof createDirectiveStore>

/** The only way to the directives and their reports. */
export const createDirectiveStore = ({ database, events }: Pick<Runtime, 'database' | 'events'>) => {
  const prisma: OwnTables = database.client(PrismaClient)
  // In the words of the partial unique index on the task, which serves no query without them.
  const standsFor = (taskId: string, origin: Origin): Prisma.DirectiveWhereInput => ({
    taskId,
    origin,
    status: { not: 'SUPERSEDED' },
  })

  return {
    ...createUsageStore(database),
    ...createClaimStore(database),

    findDirectives: async (ids: readonly string[]): Promise<Directive[]> =>
      (await prisma.directive.findMany({ where: { id: { in: ids.filter(isUuid) } } })).map(toDirective),

    findDirectiveOf: async (taskId: string, origin: Origin): Promise<Directive | null> => {
      const row = await prisma.directive.findFirst({ where: standsFor(taskId, origin) })
      return row && toDirective(row)
    },

    /** The tasks' own directives. */
    findDirectivesOf: async (taskIds: readonly string[]): Promise<Directive[]> => {
      const where: Prisma.DirectiveWhereInput = {
        taskId: { in: [...taskIds] },
        origin: 'SERVICE',
        status: { not: 'SUPERSEDED' },
      }
      return (await prisma.directive.findMany({ where })).map(toDirective)
    },

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
        const { constraints, suppressed, conflicts, input, engine, ...columns } = directive
        const content = json({ constraints, suppressed, conflicts })
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

    /** Watches the directives of finished tasks no more, durably. */
    followTasks: (): Disposer =>
      events.consume({
        name: 'directive.finished',
        stream: TASK_STREAM,
        client: prisma,
        handle: async (tx, news) => {
          const finished = news.filter(isEnd).map(({ entityId }) => entityId)
          if (finished.length > 0) await forgetTasks(tx, finished)
        },
      }),

    /** Watches the directives of these tasks no more. */
    forgetTasks: (taskIds: readonly string[]): Promise<void> => prisma.$transaction((tx) => forgetTasks(tx, taskIds)),

    /** Whether a task is finished, as far as it was told. */
    isFinished: async (taskId: string): Promise<boolean> =>
      (await events.read({ stream: TASK_STREAM, after: 0, limit: MAX_TASK_EVENTS, entityId: taskId })).some(isEnd),

    /** A page of the directives that are to be compared with what would be compiled now. */
    listBehind: (page: { after: string | null; limit: number }) => database.transaction((sql) => listBehind(sql, page)),
    /** Keeps what a comparison found: which of the directives still ask for what they would today. */
    keepComparison: (given: { same: readonly string[]; differing: readonly string[]; revision: number | null }) =>
      events.write(prisma, async (tx, append) => {
        const { same, differing, revision } = given
        const active = await setStatus(tx, { ids: same, status: 'ACTIVE' })
        const stale = await setStatus(tx, { ids: differing, status: 'STALE' })
        await noteComparison(tx, { ids: [...same, ...differing], revision })
        await append([
          ...active.map((one) => statusEvent(one, 'ACTIVE')),
          ...stale.map((one) => statusEvent(one, 'STALE')),
        ])
      }),

    /** The records of beliefs by their ids; one of which nothing was counted is left out. */
    findRecords: (ids: readonly string[]) => findRecords(database, ids),

    /** Beliefs that are overridden often: a page. Throws BadUserInputError. */
    findOverriddenOften: (options: Parameters<typeof findOverriddenOften>[1]) => findOverriddenOften(database, options),

    /** Counts what people decide about tasks, durably and each decision once. */
    followReviews: (): Disposer =>
      events.consume({
        name: 'directive.reviews',
        stream: TASK_STREAM,
        client: prisma,
        handle: async (tx, news) => {
          for (const review of news.flatMap((event) => reviewOf(event) ?? [])) {
            const { taskId, attempt, at } = review
            const directive = await tx.directive.findFirst({ where: standsFor(taskId, 'SERVICE') })
            if (!directive) continue
            const where = { directiveId: directive.id, taskId, attempt, origin: 'SERVICE' }
            const reports = await tx.complianceReport.findMany({ where })
            await addToRecords(tx, tallyOfReview(toDirective(directive).constraints, reports.map(toReport), review), at)
          }
        },
      }),

    findReports: async (ids: readonly string[]): Promise<ComplianceReport[]> =>
      (await prisma.complianceReport.findMany({ where: { id: { in: ids.filter(isUuid) } } })).map(toReport),

    /** The tasks' own reports on the plan and the result of some attempts. */
    findReportsOf: async (attempts: readonly { id: string; number: number }[]): Promise<ComplianceReport[]> => {
      if (attempts.length === 0) return []
      const own = attempts.map(({ id, number }) => ({ taskId: id, attempt: number }))
      const where: Prisma.ComplianceReportWhereInput = { OR: own, origin: 'SERVICE', phase: { not: 'DURING' } }
      return (await prisma.complianceReport.findMany({ where })).map(toReport)
    },

    findReport: async (key: ReportKey): Promise<ComplianceReport | null> => {
      const row = await prisma.complianceReport.findFirst({ where: key })
      return row && toReport(row)
    },

    /** Keeps a report. Where its attempt and phase have one already, that one is answered and nothing is written. */
    createReport: (report: ComplianceReport, origin: Origin): Promise<ComplianceReport> =>
      events.write(prisma, async (tx, append) => {
        const row = { ...report, origin, findings: json(report.findings) }
        const { count } = await tx.complianceReport.createMany({ data: [row], skipDuplicates: true })
        if (count === 0) {
          const { taskId, attempt, phase } = report
          return toReport(await tx.complianceReport.findFirstOrThrow({ where: { taskId, attempt, phase, origin } }))
        }
        const directive = await tx.directive.update({
          where: { id: report.directiveId },
          data: { version: { increment: 1 } },
          select: { taskType: true, version: true, content: true },
        })
        // The directive's row is locked by now: whoever checks the same attempt meanwhile waits.
        if (origin === 'SERVICE' && (await isFirstOfItsPhase(tx, report))) {
          const { constraints } = directive.content as unknown as DirectiveContent
          await addToRecords(tx, tallyOfReport(constraints, report), report.checkedAt)
        }
        await append([checkedEvent(directive, report)])
        return report
      }),
  }
}
