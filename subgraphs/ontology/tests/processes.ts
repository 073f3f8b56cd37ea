import type { Database } from '@mothership/platform/database'
import type { Identity } from '@mothership/platform/identity'
import { openFoundation, startOn } from '@mothership/platform/runtime'
import { isStream } from '@mothership/platform/subgraph-client'
import { testLogger } from '@mothership/platform/testing'
import type { ExecutionResult } from 'graphql'
import { createOntologySubgraph } from '../src/subgraph.ts'

const ADMIN: Identity = { role: 'ADMIN', subject: 'admin', name: 'admin' }

/** A database that can be cut off, as a killed process is from its: what is asked of it then is never answered. */
const killable = (database: Database) => {
  const hung: ((error: Error) => void)[] = []
  let isDead = false
  const orHang = async <R>(work: () => Promise<R>): Promise<R> => {
    const result = isDead ? undefined : await work()
    if (!isDead) return result as R
    return new Promise((_, reject) => hung.push(reject))
  }
  return {
    database: {
      ...database,
      query: (...args: Parameters<Database['query']>) => orHang(() => database.query(...args)),
      transaction: (...args: Parameters<Database['transaction']>) => orHang(() => database.transaction(...args)),
      dispose: async () => undefined,
    } as Database,
    kill: () => void (isDead = true),
    bury: () => {
      isDead = false
      for (const reject of hung) reject(new Error('the process was killed'))
    },
  }
}

/** The ontology as one of several processes on a database has it: a bus, jobs and timers of its own. */
export const startProcess = async (shared: Database, environment: Record<string, string>) => {
  const { database, kill, bury } = killable(shared)
  const foundation = await openFoundation({ database, logger: testLogger })
  const subgraph = await startOn(foundation, createOntologySubgraph({ starter: null, environment }), () => undefined)
  const request = (query: string, variables: Record<string, unknown> = {}, identity: Partial<Identity> = {}) => ({
    query,
    variables,
    identity: { ...ADMIN, ...identity },
    correlationId: 'processes',
  })
  return {
    subgraph,
    query: (...args: Parameters<typeof request>): Promise<ExecutionResult> => subgraph.execute(request(...args)),
    data: async <T>(...args: Parameters<typeof request>): Promise<T> => {
      const { data, errors } = await subgraph.execute(request(...args))
      if (errors?.[0]) throw errors[0]
      return data as T
    },
    subscribe: async (source: string) => {
      const result = await subgraph.subscribe(request(source))
      if (isStream(result)) return result
      throw result.errors?.[0] ?? new Error('the subscription did not start')
    },
    /** It does nothing more to the database, and gives nothing back. */
    kill,
    dispose: async () => {
      bury()
      await subgraph.dispose()
      await foundation.dispose()
    },
  }
}

export type Process = Awaited<ReturnType<typeof startProcess>>
