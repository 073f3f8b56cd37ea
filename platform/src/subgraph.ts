import { readFileSync } from 'node:fs'
import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  subscribe,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { type AnswerSize, countAnswers, sizeOfAnswerTo } from './answer-size.ts'
import { enforceRules, fieldsWithoutRule } from './auth.ts'
import type { Bus } from './bus.ts'
import type { Cache } from './cache.ts'
import type { Database } from './database.ts'
import { presentError } from './errors.ts'
import type { EventLog } from './events.ts'
import type { Identity } from './identity.ts'
import { mapAsync } from './iterate.ts'
import type { Jobs } from './jobs.ts'
import type { Peers } from './peers.ts'
import { scalars } from './scalars.ts'
import { isStream, type SubgraphClient, type SubgraphName, type SubgraphRequest } from './subgraph-client.ts'
import { type Logger, type Metrics, withCorrelationId } from './telemetry.ts'
import type { Disposer } from './time.ts'

/** What a request brings to every resolver. */
export interface RequestContext {
  readonly identity: Identity
  readonly correlationId: string
  readonly logger: Logger
  readonly answer: AnswerSize
}

/** What a subgraph stands on. */
export interface Runtime {
  readonly database: Database
  readonly events: EventLog
  readonly bus: Bus
  readonly jobs: Jobs
  readonly cache: Cache
  readonly peers: Peers
  readonly logger: Logger
  readonly metrics: Metrics
}

export interface StartedSubgraph<C extends RequestContext> {
  resolvers: object
  /** The context of one request: its services and its data loaders. */
  context(request: RequestContext): C
  /** Null where it can serve, else what it is waiting for. */
  ready(): Promise<string | null>
  dispose: Disposer
}

export interface SubgraphDefinition<C extends RequestContext = RequestContext> {
  name: SubgraphName
  /** Its schema.graphql. The platform adds `@auth` and the scalars. */
  schema: URL
  /** Whether a CURATOR may send it large bodies, as a process of its own. */
  takesLargeBodies?: boolean
  start(runtime: Runtime): Promise<StartedSubgraph<C>>
}

/** Declares a subgraph; nothing starts before `start` is called. */
export const defineSubgraph = <C extends RequestContext>(definition: SubgraphDefinition<C>): SubgraphDefinition<C> =>
  definition

/** A subgraph that runs in this process. */
export interface RunningSubgraph extends SubgraphClient {
  readonly schema: GraphQLSchema
  ready(): Promise<string | null>
  /** A context for servers that execute by themselves; `execute` and `subscribe` make their own. */
  context(request: Omit<RequestContext, 'answer'>): RequestContext
  dispose: Disposer
}

const AUTH = readFileSync(new URL('auth.graphql', import.meta.url), 'utf8')

/** The SDL of a subgraph as it is composed: its schema.graphql with the definition of `@auth`. */
export const subgraphSdl = (schema: URL): string => `${readFileSync(schema, 'utf8')}\n${AUTH}`

/** What is kept parsed, in characters of source: the gateway's planner repeats the same few documents. */
const PARSED = { maxSize: 5_000_000, maxEntrySize: 100_000 }

/** Starts a subgraph in this process. Throws where a field of its schema has no rule. */
export const startSubgraph = async <C extends RequestContext>(
  definition: SubgraphDefinition<C>,
  runtime: Runtime,
): Promise<RunningSubgraph> => {
  const started = await definition.start(runtime)
  const schema = buildSubgraphSchema({
    typeDefs: parse(subgraphSdl(definition.schema)),
    resolvers: { ...scalars, ...started.resolvers },
  })
  const unruled = fieldsWithoutRule(schema)
  if (unruled.length > 0) throw new Error(`${definition.name}: no @auth rule for ${unruled.join(', ')}`)
  enforceRules(schema)
  countAnswers(schema)
  const parsed = new LRUCache<string, DocumentNode>({
    ...PARSED,
    sizeCalculation: (_document, query) => query.length + 1,
  })
  const toDocument = (query: string | DocumentNode): DocumentNode => {
    if (typeof query !== 'string') return query
    const known = parsed.get(query)
    if (known) return known
    const document = parse(query)
    parsed.set(query, document)
    return document
  }
  const logger = runtime.logger
  const tellOperation = (request: SubgraphRequest): void => {
    if (!logger.isLevelEnabled('debug')) return
    const fields = rootFields(toDocument(request.query), request.operationName)
    logger.debug({ subgraph: definition.name, fields }, 'an operation')
  }
  const contextOf = (request: Omit<RequestContext, 'answer'>, answer = sizeOfAnswerTo(request.identity)): C =>
    started.context({ ...request, answer })
  const argsOf = (request: SubgraphRequest) => ({
    schema,
    document: toDocument(request.query),
    variableValues: { ...request.variables },
    operationName: request.operationName,
    contextValue: contextOf(
      { identity: request.identity, correlationId: request.correlationId, logger },
      request.answer,
    ),
  })
  return {
    name: definition.name,
    schema,
    ready: started.ready,
    context: (request) => contextOf(request),
    dispose: started.dispose,
    execute: (request) =>
      withCorrelationId(request.correlationId, async () => {
        tellOperation(request)
        return present(await execute(argsOf(request)), logger)
      }),
    subscribe: (request) =>
      withCorrelationId(request.correlationId, async () => {
        tellOperation(request)
        const result = await subscribe(argsOf(request))
        if (!isStream(result as never)) return present(result as ExecutionResult, logger)
        return mapAsync(result as AsyncIterableIterator<ExecutionResult>, (event) => present(event, logger))
      }),
  }
}

/** What an operation asks for at its root: its name is the client's own, or missing. */
export const rootFields = (document: DocumentNode, operationName: string | undefined): string[] => {
  const selections = getOperationAST(document, operationName)?.selectionSet.selections ?? []
  return selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : []))
}

const present = (result: ExecutionResult, logger: Logger): ExecutionResult => {
  if (!result.errors) return result
  return { ...result, errors: result.errors.map((error) => presented(error, logger)) }
}

const presented = (error: GraphQLError, logger: Logger): GraphQLError => {
  const { message, path, extensions } = presentError(error, logger)
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null, nodes: error.nodes ?? null })
}
