import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { errorOfCode, UnavailableError } from './errors.ts'
import { type Identity, serviceIdentity } from './identity.ts'
import type { SubgraphClient, SubgraphName } from './subgraph-client.ts'
import { correlationId } from './telemetry.ts'

/** Asks another subgraph, as a SERVICE on behalf of a person or an agent. Throws the error that the peer answered. */
type AskPeer = <R, V extends object>(
  document: TypedDocumentNode<R, V>,
  variables: V,
  onBehalfOf: Identity | null,
  options?: {
    /** How long the answer is waited for; 10 s unless it is given, more for what asks services of others in turn. */
    timeoutMilliseconds?: number
  },
) => Promise<R>

export type Peers = Readonly<Record<SubgraphName, AskPeer>>

const TIMEOUT_MILLISECONDS = 10_000

/**
 * The peers of one subgraph, or of the gateway. `find` answers the client of a subgraph, or undefined where it is not connected: subgraphs
 * start in any order, so it is asked at each call.
 */
export const createPeers = (actor: string, find: (name: SubgraphName) => SubgraphClient | undefined): Peers => {
  const ask =
    (name: SubgraphName): AskPeer =>
    async (document, variables, onBehalfOf, { timeoutMilliseconds = TIMEOUT_MILLISECONDS } = {}) => {
      const client = find(name)
      if (!client) {
        throw new UnavailableError(`The ${name} subgraph is not connected. Set ${name.toUpperCase()}_URL.`)
      }
      const signal = AbortSignal.timeout(timeoutMilliseconds)
      const identity = serviceIdentity(actor, onBehalfOf)
      const request = { query: document, variables, identity, correlationId: correlationId(), signal }
      const work = client.execute({ ...request, timeoutMilliseconds })
      const { data, errors } = await orTimeOut(work, signal, { name, timeoutMilliseconds })
      const [error] = errors ?? []
      if (error) {
        const { code, ...details } = error.extensions
        throw errorOfCode(code, error.message, details) ?? new Error(`${name} failed: ${error.message}`)
      }
      return data as never
    }
  return { ontology: ask('ontology'), directive: ask('directive'), task: ask('task'), agent: ask('agent') }
}

const orTimeOut = <T>(
  work: Promise<T>,
  signal: AbortSignal,
  { name, timeoutMilliseconds }: { name: SubgraphName; timeoutMilliseconds: number },
): Promise<T> =>
  new Promise((resolve, reject) => {
    const late = (): void =>
      reject(new UnavailableError(`The ${name} subgraph did not answer within ${timeoutMilliseconds / 1000} s.`))
    signal.addEventListener('abort', late, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', late))
  })
