import { buildOperationContext, executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway'
import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { type FetchNode, type PlanNode, QueryPlanner, type SubscriptionNode } from '@apollo/query-planner'
import { createAnswerSize } from '@mothership/platform/answer-size'
import { MothershipError } from '@mothership/platform/errors'
import { mapAsync } from '@mothership/platform/iterate'
import { isStream, type SubgraphClient, type SubgraphName } from '@mothership/platform/subgraph-client'
import { type Logger, withCorrelationId } from '@mothership/platform/telemetry'
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { createDataSource, type GatewayContext } from './data-source.ts'

export interface SubscriptionRequest {
  /** Must have been validated against the API schema. */
  document: DocumentNode
  variables: Record<string, unknown>
  operationName: string | undefined
  context: GatewayContext
}

export interface FederatedSubscriptions {
  readonly apiSchema: GraphQLSchema
  subscribe(request: SubscriptionRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
}

type Clients = Readonly<Record<SubgraphName, SubgraphClient>>
/** What is kept planned, in characters of source. */
const PLANS = { maxSize: 2_000_000, maxEntrySize: 50_000 }

/**
 * Subscriptions over the federated graph. The planner splits one into the subscription of a subgraph and a plan for
 * the rest; for each event the whole plan runs, with a data source that answers its first fetch with the event. The
 * stock executor refuses subscriptions, but executes such a plan.
 */
export const createFederatedSubscriptions = (options: {
  supergraphSdl: string
  clients: Clients
  logger: Logger
}): FederatedSubscriptions => {
  const { clients, logger } = options
  const supergraph = Supergraph.build(options.supergraphSdl, { supportedFeatures: null })
  const planner = new QueryPlanner(supergraph)
  const internalApiSchema = supergraph.apiSchema()
  const apiSchema = internalApiSchema.toGraphQLJSSchema()
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema()
  const sources = Object.fromEntries(
    Object.entries(clients).map(([name, client]) => [name, createDataSource(client)] as const),
  )
  const plans = new LRUCache<string, SubscriptionNode>({ ...PLANS, sizeCalculation: (_plan, key) => key.length + 1 })

  const planOf = ({ document, operationName }: SubscriptionRequest): SubscriptionNode => {
    const key = `${operationName ?? ''}\n${document.loc?.source.body ?? ''}`
    const known = plans.get(key)
    if (known) return known
    const operation = operationFromDocument(
      internalApiSchema,
      document,
      operationName === undefined ? {} : { operationName },
    )
    const { node } = planner.buildQueryPlan(operation)
    if (node?.kind !== 'Subscription') throw new Error('the operation is not a subscription')
    plans.set(key, node)
    return node
  }

  const resolveEvent = async (plan: SubscriptionNode, request: SubscriptionRequest, event: ExecutionResult) => {
    if (!event.data) return event
    const { primary, rest } = plan
    const node: PlanNode = rest ? { kind: 'Sequence', nodes: [asQuery(primary), rest] } : asQuery(primary)
    const operationContext = buildOperationContext({
      schema: apiSchema,
      operationDocument: request.document,
      ...(request.operationName !== undefined && { operationName: request.operationName }),
    })
    const requestContext = {
      request: { variables: request.variables },
      context: { ...request.context, answer: createAnswerSize() },
      metrics: {},
      logger,
    } as unknown as Parameters<typeof executeQueryPlan>[2]
    const serviceMap = { ...sources, [primary.serviceName]: answerFirst(event, sources[primary.serviceName]) }
    const result = await executeQueryPlan(
      { kind: 'QueryPlan', node },
      serviceMap,
      requestContext,
      operationContext,
      supergraphSchema,
      internalApiSchema,
    )
    return result as ExecutionResult
  }

  return {
    apiSchema,
    subscribe: (request) =>
      withCorrelationId(request.context.correlationId, async () => {
        const plan = planOf(request)
        const { primary } = plan
        const client = clients[primary.serviceName as SubgraphName]
        const upstream = await client.subscribe({
          query: primary.operation,
          variables: pick(request.variables, primary.variableUsages ?? []),
          operationName: primary.operationName,
          ...request.context,
          // Each event is an answer of its own.
          answer: undefined,
        })
        if (!isStream(upstream)) return upstream
        return mapAsync(upstream, (event) =>
          withCorrelationId(request.context.correlationId, () => resolveEvent(plan, request, event)),
        )
      }).catch((error: unknown) => {
        if (!(error instanceof MothershipError)) throw error
        return { errors: [new GraphQLError(error.message, { extensions: { ...error.details, code: error.code } })] }
      }),
  }
}

// The executor runs queries: the primary fetch is answered by the event and never sent.
const asQuery = (primary: FetchNode): FetchNode => ({ ...primary, operationKind: OperationTypeNode.QUERY })

/** Answers the first fetch with the event, and passes on the others: the rest of a plan may ask the same subgraph. */
const answerFirst = (event: ExecutionResult, source: GraphQLDataSource | undefined): GraphQLDataSource => {
  let isFirst = true
  return {
    process: (request) => {
      if (!isFirst && source) return source.process(request)
      isFirst = false
      const errors = event.errors?.map((error) => error.toJSON())
      return Promise.resolve({ data: event.data, ...(errors && { errors }) } as never)
    },
  }
}

const pick = (variables: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => name in variables).map((name) => [name, variables[name]]))
