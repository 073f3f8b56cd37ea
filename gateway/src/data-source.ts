import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import type { AnswerSize } from '@mothership/platform/answer-size'
import { MothershipError } from '@mothership/platform/errors'
import type { Identity } from '@mothership/platform/identity'
import type { SubgraphClient } from '@mothership/platform/subgraph-client'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'

/** What an operation brings through the gateway. */
export interface GatewayContext {
  identity: Identity
  correlationId: string
  /** How much all of its fetches have answered. */
  answer: AnswerSize
  /** Whether its request is larger than any may be that does not import. */
  isLarge?: boolean
  /** How long a subgraph in another process may take, where it is more than usual. */
  timeoutMilliseconds?: number
}

/** The fetches of a query plan, sent to a subgraph in this process or another as the caller. */
export const createDataSource = (client: SubgraphClient): GraphQLDataSource => ({
  process: async ({ request, context }: GraphQLDataSourceProcessOptions) => {
    const { identity, correlationId, answer, timeoutMilliseconds } = context as GatewayContext
    try {
      answer.assertRoom()
      const { data, errors } = await client.execute({
        query: request.query ?? '',
        variables: request.variables,
        operationName: request.operationName,
        identity,
        correlationId,
        answer,
        timeoutMilliseconds,
      })
      const formatted = errors?.map((error): GraphQLFormattedError => error.toJSON())
      return { data: data ?? null, ...(formatted && { errors: formatted }) }
    } catch (error) {
      if (!(error instanceof MothershipError)) throw error
      throw new GraphQLError(error.message, { extensions: { ...error.details, code: error.code } })
    }
  },
})
