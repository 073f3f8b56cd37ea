import { QueryTooCostlyError } from '@mothership/platform/errors'
import { type DocumentNode, type GraphQLSchema, isListType, isNonNullType } from 'graphql'
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity'

/** The most that one operation may cost: about the number of fields that it could answer. */
const MAX_COST = 250_000
/** The most tokens that a document may have; checked while it is parsed. */
export const MAX_TOKENS = 10_000
/** What a list without a bound of its own is taken for. */
const UNBOUNDED_LIST = 5

/** A page costs its size times what one node costs: nested pages multiply. */
const estimate: ComplexityEstimator = ({ args, field, childComplexity }) => {
  const size: unknown = args['first'] ?? args['limit']
  if (typeof size === 'number') return 1 + Math.max(0, size) * childComplexity
  const type = isNonNullType(field.type) ? field.type.ofType : field.type
  // The nodes and edges of a connection are counted by the `first` above them.
  const isList = isListType(type) && field.name !== 'nodes' && field.name !== 'edges'
  return 1 + (isList ? UNBOUNDED_LIST : 1) * childComplexity
}

/** Throws QueryTooCostlyError, before anything runs, where an operation could answer too much. */
export const assertAffordable = (operation: {
  schema: GraphQLSchema
  document: DocumentNode
  variables: Record<string, unknown>
  operationName: string | undefined
}): void => {
  const cost = getComplexity({
    schema: operation.schema,
    query: operation.document,
    variables: operation.variables,
    ...(operation.operationName !== undefined && { operationName: operation.operationName }),
    estimators: [estimate],
  })
  if (cost > MAX_COST) {
    throw new QueryTooCostlyError(
      `The operation could cost ${cost}; at most ${MAX_COST} are allowed. Ask for smaller pages or fewer levels.`,
      { cost, limit: MAX_COST },
    )
  }
}
