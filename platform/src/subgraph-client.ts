import type { DocumentNode, ExecutionResult } from 'graphql'
import type { AnswerSize } from './answer-size.ts'
import type { Identity } from './identity.ts'

export const SubgraphName = {
  ontology: 'ontology',
  directive: 'directive',
  task: 'task',
  agent: 'agent',
} as const
export type SubgraphName = (typeof SubgraphName)[keyof typeof SubgraphName]

export interface SubgraphRequest {
  query: string | DocumentNode
  variables?: object | undefined
  operationName?: string | undefined
  identity: Identity
  correlationId: string
  /** What the answer is a part of; without it, it is counted by itself. */
  answer?: AnswerSize | undefined
  signal?: AbortSignal | undefined
  /** How long a subgraph in another process may take to answer; 30 s unless it is given. */
  timeoutMilliseconds?: number | undefined
}

/** A subgraph, in this process or another: the gateway and its peers ask both alike. */
export interface SubgraphClient {
  readonly name: SubgraphName
  /** Errors are in the result, presented for clients. Throws UnavailableError where it cannot be reached. */
  execute(request: SubgraphRequest): Promise<ExecutionResult>
  /** `return()` of the iterator ends the subscription in the subgraph at once. */
  subscribe(request: SubgraphRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
}

export const isStream = (
  result: AsyncIterableIterator<ExecutionResult> | ExecutionResult,
): result is AsyncIterableIterator<ExecutionResult> => Symbol.asyncIterator in result
