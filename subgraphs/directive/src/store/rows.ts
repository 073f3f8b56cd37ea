import type { ComplianceReport as ReportRow, Directive as DirectiveRow, Prisma } from '@mothership/prisma'
import type { ComplianceReport, Finding, Verdict } from '../domain/compliance.ts'
import {
  type Constraint,
  ConstraintOrigin,
  type Directive,
  type DirectiveContent,
  type DirectiveStatus,
  type Engine,
  type Phase,
} from '../domain/directive.ts'
import type { Origin } from '../domain/origin.ts'

/** The directives of a task: in the words of the partial unique index on it, which serves no query without them. */
export const standsFor = (taskId: string | readonly string[], origin: Origin): Prisma.DirectiveWhereInput => ({
  taskId: typeof taskId === 'string' ? taskId : { in: [...taskId] },
  origin,
  status: { not: 'SUPERSEDED' },
})

// A directive that was written before models took part says neither where its constraints come from nor why none did; one
// that was written before it was counted does not say what was cut.
export const readContent = (content: DirectiveContent): DirectiveContent => ({
  ...{ mustsCut: 0, shouldsCut: 0 },
  ...content,
  constraints: content.constraints.map((constraint: Omit<Constraint, 'origin'> & { origin?: ConstraintOrigin }) => ({
    ...constraint,
    origin: constraint.origin ?? ConstraintOrigin.COMPILED,
  })),
})
const readEngine = (engine: Engine): Engine => ({ ...{ reason: null, dropped: 0 }, ...engine })

export const toDirective = (row: DirectiveRow): Directive => ({
  id: row.id,
  taskType: row.taskType,
  taskId: row.taskId,
  input: row.input,
  ...readContent(row.content as unknown as DirectiveContent),
  ontologyRevision: row.ontologyRevision,
  isByMeaning: row.isByMeaning,
  status: row.status as DirectiveStatus,
  engine: readEngine(row.engine as unknown as Engine),
  createdAt: row.createdAt,
})

export const toReport = (row: ReportRow): ComplianceReport => ({
  id: row.id,
  directiveId: row.directiveId,
  taskId: row.taskId,
  attempt: row.attempt,
  phase: row.phase as Phase,
  verdict: row.verdict as Verdict,
  findings: row.findings as unknown as Finding[],
  checkedAt: row.checkedAt,
})

/** What is to be stored as JSON. */
export const json = (value: unknown): Prisma.InputJsonValue => value as Prisma.InputJsonValue
