import type { Runtime } from '@mothership/platform/subgraph'
import type { Disposer } from '@mothership/platform/time'
import { isUuid } from '@mothership/platform/uuid'
import { type Prisma, PrismaClient } from '@mothership/prisma'
import { type ComplianceReport, failedOf } from '../domain/compliance.ts'
import { type DirectiveContent, Phase } from '../domain/directive.ts'
import type { Origin } from '../domain/origin.ts'
import { tallyOfReport, tallyOfReview } from '../domain/record.ts'
import { checkedEvent, reviewOf, TASK_STREAM } from '../events.ts'
import { addToRecords, type Counted, findOverriddenOften, findRecords, isFirstOfItsPhase } from './record.ts'
import { json, readContent, standsFor, toDirective, toReport } from './rows.ts'

type OwnTables = Pick<
  PrismaClient,
  'directive' | 'complianceReport' | '$transaction' | '$queryRawUnsafe' | '$executeRawUnsafe'
>

/** What places a report: there is one of each, except in DURING. */
export interface ReportKey {
  readonly directiveId: string
  readonly taskId: string
  readonly attempt: number
  readonly phase: Phase
  readonly origin: Origin
}

/** The reports on what agents did, and what is counted of them for beliefs. */
export const createReportStore = ({ database, events }: Pick<Runtime, 'database' | 'events'>) => {
  const prisma: OwnTables = database.client(PrismaClient)

  return {
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

    /**
     * Keeps a report. Where the directive has one of its attempt and phase already, that one is answered and nothing is
     * written; of DURING, where it has one in which the same constraints failed.
     */
    createReport: (report: ComplianceReport, origin: Origin): Promise<ComplianceReport> =>
      events.write(prisma, async (tx, append) => {
        const known = await findSameDuring(tx, report, origin)
        if (known) return known
        const row = { ...report, origin, findings: json(report.findings) }
        const { count } = await tx.complianceReport.createMany({ data: [row], skipDuplicates: true })
        if (count === 0) {
          const { directiveId, taskId, attempt, phase } = report
          const where = { directiveId, taskId, attempt, phase, origin }
          return toReport(await tx.complianceReport.findFirstOrThrow({ where }))
        }
        const directive = await tx.directive.update({
          where: { id: report.directiveId },
          data: { version: { increment: 1 } },
          select: { taskType: true, version: true, content: true },
        })
        // The directive's row is locked by now: whoever checks the same attempt meanwhile waits.
        if (origin === 'SERVICE' && (await isFirstOfItsPhase(tx, report))) {
          const { constraints } = readContent(directive.content as unknown as DirectiveContent)
          const at = report.checkedAt
          await addToRecords(
            tx,
            tallyOfReport(constraints, report).map((tally) => ({ ...tally, at })),
          )
        }
        await append([checkedEvent(directive, report)])
        return report
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
          const counted: Counted[] = []
          for (const review of news.flatMap((event) => reviewOf(event) ?? [])) {
            const { taskId, attempt, at } = review
            const directive = await tx.directive.findFirst({ where: standsFor(taskId, 'SERVICE') })
            if (!directive) continue
            const where = { directiveId: directive.id, taskId, attempt, origin: 'SERVICE' }
            const reports = await tx.complianceReport.findMany({ where })
            const tallies = tallyOfReview(toDirective(directive), reports.map(toReport), review)
            counted.push(...tallies.map((tally) => ({ ...tally, at })))
          }
          await addToRecords(tx, counted)
        },
      }),
  }
}

/** A report on the same attempt that found the same on its way; the directive is locked, so that no two look at once. */
const findSameDuring = async (
  tx: Pick<OwnTables, 'complianceReport' | '$queryRawUnsafe'>,
  { directiveId, taskId, attempt, phase, findings }: ComplianceReport,
  origin: Origin,
): Promise<ComplianceReport | null> => {
  if (phase !== Phase.DURING || taskId === null || attempt === null) return null
  await tx.$queryRawUnsafe('select id::text from directive.directive where id = $1::uuid for update', directiveId)
  const rows = await tx.complianceReport.findMany({ where: { directiveId, taskId, attempt, phase, origin } })
  return rows.map(toReport).find((known) => failedOf(known.findings) === failedOf(findings)) ?? null
}
