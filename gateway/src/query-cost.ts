import { BadUserInputError, QueryTooCostlyError } from '@mothership/platform/errors'
import { type DocumentNode, GraphQLError, type GraphQLSchema, isListType, isNonNullType } from 'graphql'
import { type ComplexityEstimator, type ComplexityEstimatorArgs, getComplexity } from 'graphql-query-complexity'
import { costOfField } from './field-costs.ts'

/** The most that one operation may cost: about the number of fields that it could answer. */
const MAX_COST = 250_000
/** The most tokens that a document may have; checked while it is parsed. */
export const MAX_TOKENS = 10_000
/** What a list without a bound of its own is taken for. */
const UNBOUNDED_LIST = 5
/** A list of the schema itself: its types, their fields. */
const INTROSPECTED_LIST = 15

interface Operation {
  schema: GraphQLSchema
  document: DocumentNode
  variables: Record<string, unknown>
  operationName: string | undefined
}

const estimate: ComplexityEstimator = (options) =>
  costOfField(`${options.type.name}.${options.field.name}`, options.args) + answerOf(options)

/** A page costs its size times what one node costs: nested pages multiply. */
const answerOf = ({ args, field, type: parent, childComplexity }: ComplexityEstimatorArgs): number => {
  const size: unknown = args['first'] ?? args['limit']
  if (typeof size === 'number') return 1 + Math.max(0, size) * childComplexity
  const type = isNonNullType(field.type) ? field.type.ofType : field.type
  // The nodes and edges of a connection are counted by the `first` above them.
  const isList = isListType(type) && field.name !== 'nodes' && field.name !== 'edges'
  const length = parent.name.startsWith('__') ? INTROSPECTED_LIST : UNBOUNDED_LIST
  return 1 + (isList ? length : 1) * childComplexity
}

/** What an operation costs: about the number of fields that it could answer. Throws BadUserInputError. */
export const costOf = ({ schema, document, variables, operationName }: Operation): number => {
  try {
    const name = operationName === undefined ? {} : { operationName }
    return getComplexity({ schema, query: document, variables, ...name, estimators: [estimate] })
  } catch (error) {
    // Variables that do not fit their types.
    if (error instanceof GraphQLError) throw new BadUserInputError(error.message)
    throw error
  }
}

/** Throws QueryTooCostlyError, before anything runs, where an operation could answer too much. */
export const assertAffordable = (operation: Operation): void => {
  const cost = costOf(operation)
  if (cost > MAX_COST) {
    throw new QueryTooCostlyError(
      `The operation could cost ${cost}; at most ${MAX_COST} are allowed. Ask for smaller pages, fewer levels, or fewer mutations at a time.`,
      { cost, limit: MAX_COST },
    )
  }
}
