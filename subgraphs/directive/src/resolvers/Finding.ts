import type { Context, FindingOfReport } from '../context.ts'
import type { Constraint } from '../domain/directive.ts'
import { foundFor } from '../domain/disclosure.ts'
import type { FindingResolvers } from '../generated/resolvers.ts'

const constraintOf = async (
  { constraintId, directiveId }: FindingOfReport,
  { loaders }: Context,
): Promise<Constraint> => {
  const directive = await loaders.directive.load(directiveId)
  const constraint = directive?.constraints.find(({ id }) => id === constraintId)
  if (!constraint) throw new Error(`the directive ${directiveId} has no constraint ${constraintId}`)
  return constraint
}

const shown = (finding: FindingOfReport, context: Context) =>
  foundFor(finding, context.identity, () => constraintOf(finding, context))

export const Finding: FindingResolvers = {
  constraint: (finding, _, context) => constraintOf(finding, context),
  path: async (finding, _, context) => (await shown(finding, context)).path,
  reason: async (finding, _, context) => (await shown(finding, context)).reason,
}
