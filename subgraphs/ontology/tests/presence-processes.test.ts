import { type Foundation, openFoundation, startOn } from '@mothership/platform/runtime'
import type { RunningSubgraph } from '@mothership/platform/subgraph'
import { isStream } from '@mothership/platform/subgraph-client'
import { createTestDatabase, testLogger } from '@mothership/platform/testing'
import type { ExecutionResult } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOntologySubgraph } from '../src/subgraph.ts'
import { CURATOR, OTHER_CURATOR, VIEWER } from './support.ts'

const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env
const isRun = Boolean(databaseUrl && redisUrl)

/** The subgraph as one process of several has it: connections, a bus and timers of its own. */
interface Process {
  subgraph: RunningSubgraph
  dispose(): Promise<void>
}

const ask = (query: string, identity: typeof CURATOR | typeof OTHER_CURATOR | typeof VIEWER, variables = {}) => ({
  query,
  variables,
  identity,
  correlationId: 'presence',
})

describe.runIf(isRun)(
  isRun ? 'presence, of two processes' : 'presence, of two processes (not run: DATABASE_URL and REDIS_URL are not set)',
  () => {
    let [here, there]: Process[] = []
    const start = async (foundation: Foundation): Promise<Process> => {
      const subgraph = await startOn(foundation, createOntologySubgraph({ starter: null }), () => undefined)
      return {
        subgraph,
        dispose: async () => {
          await subgraph.dispose()
          await foundation.dispose()
        },
      }
    }
    beforeAll(async () => {
      const database = await createTestDatabase()
      here = await start(await openFoundation({ database, redisUrl, logger: testLogger }))
      there = await start(await openFoundation({ databaseUrl: database.url, redisUrl, logger: testLogger }))
    })
    // The first one drops the database that both are on.
    afterAll(async () => {
      await there?.dispose()
      await here?.dispose()
    })

    it('is seen from the other as it comes, moves and ends', async () => {
      const stream = await there!.subgraph.subscribe(
        ask('subscription { curatorPresence { curator session isEditing } }', VIEWER),
      )
      if (!isStream(stream)) throw stream.errors?.[0] ?? new Error('the subscription did not start')
      const next = async () => {
        const { value } = (await stream.next()) as IteratorYieldResult<ExecutionResult>
        return value.data?.['curatorPresence']
      }
      const say = async (query: string, by: typeof CURATOR | typeof OTHER_CURATOR, variables: object) => {
        const { errors } = await here!.subgraph.execute(ask(query, by, variables))
        if (errors?.[0]) throw errors[0]
      }
      const ANNOUNCE = 'mutation ($input: AnnouncePresenceInput!) { announcePresence(input: $input) { session } }'
      const carla = { curator: CURATOR.subject, session: 'one', isEditing: false }
      const otto = { curator: OTHER_CURATOR.subject, session: 'two', isEditing: false }
      expect(await next()).toEqual([])
      await say(ANNOUNCE, CURATOR, { input: { session: 'one' } })
      expect(await next()).toEqual([carla])
      await say(ANNOUNCE, OTHER_CURATOR, { input: { session: 'two' } })
      expect(await next()).toEqual([carla, otto])
      await say(ANNOUNCE, CURATOR, { input: { session: 'one', isEditing: true } })
      expect(await next()).toEqual([{ ...carla, isEditing: true }, otto])
      await say('mutation { endPresence(session: "two") }', OTHER_CURATOR, {})
      expect(await next()).toEqual([{ ...carla, isEditing: true }])
      await stream.return?.()
    })
  },
)
