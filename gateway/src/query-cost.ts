import { BadUserInputError, QueryTooCostlyError } from '@mothership/platform/errors'
import { type DocumentNode, GraphQLError, type GraphQLSchema, isListType, isNonNullType } from 'graphql'
import { type ComplexityEstimator, type ComplexityEstimatorArgs, getComplexity } from 'graphql-query-complexity'

/** The most that one operation may cost: about the number of fields that it could answer. */
const MAX_COST = 250_000
/** The most tokens that a document may have; checked while it is parsed. */
export const MAX_TOKENS = 10_000
/** What a list without a bound of its own is taken for. */
const UNBOUNDED_LIST = 5
/** A list of the schema itself: its types, their fields. */
const INTROSPECTED_LIST = 15

/** What fields cost that work much for a short answer, on top of what they answer: else many aliases are nearly free. */
const WORK: Readonly<Record<string, number>> = {
  'Query.exportOntology': 50_000,
  'Mutation.importOntology': 50_000,
  'Query.smallestFlip': 25_000,
  'Query.diffRevisions': 10_000,
  'Query.coverage': 10_000,
  'Query.previewChanges': 10_000,
  'Query.overview': 5000,
  'Query.path': 2000,
  'Query.impact': 2000,
  'Query.duplicates': 2000,
  'Query.contradictions': 2000,
  'Query.unmetDependencies': 2000,
  'Query.suggestions': 2000,
  'Mutation.replayTasks': 10_000,
  'Query.searchOntology': 1000,
  'Proposal.preview': 1000,
  'Proposal.conflicts': 500,
  'Proposal.diff': 500,
  'Proposal.changes': 100,
}
/** An overview of a former revision, which is made of all that it had. */
const PAST_OVERVIEW = 25_000

interface Operation {
  schema: GraphQLSchema
  document: DocumentNode
  variables: Record<string, unknown>
  operationName: string | undefined
}

const workOf = (field: string, args: Record<string, unknown>): number => {
  if (field === 'Query.overview' && typeof args['at'] === 'number') return PAST_OVERVIEW
  return WORK[field] ?? 0
}

const estimate: ComplexityEstimator = (options) =>
  workOf(`${options.type.name}.${options.field.name}`, options.args) + answerOf(options)

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

const costOf = ({ schema, document, variables, operationName }: Operation): number => {
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
      `The operation could cost ${cost}; at most ${MAX_COST} are allowed. Ask for smaller pages or fewer levels.`,
      { cost, limit: MAX_COST },
    )
  }
}
