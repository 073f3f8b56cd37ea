import type { FindingOfReport } from '../context.ts'
import type { ComplianceReportResolvers } from '../generated/resolvers.ts'

export const ComplianceReport: ComplianceReportResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.report.load(id),
  findings: ({ findings, directiveId }) => findings.map((finding): FindingOfReport => ({ ...finding, directiveId })),
}
