import { checkFor, statementFor } from '../domain/disclosure.ts'
import type { ConstraintResolvers } from '../generated/resolvers.ts'

export const Constraint: ConstraintResolvers = {
  statement: (constraint, _, { identity }) => statementFor(constraint, identity),
  check: (constraint, _, { identity }) => checkFor(constraint, identity),
}
