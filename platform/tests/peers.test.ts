import { setTimeout as wait } from 'node:timers/promises'
import { parse } from 'graphql'
import { expect, it } from 'vitest'
import { createPeers } from '../src/peers.ts'
import type { SubgraphClient, SubgraphRequest } from '../src/subgraph-client.ts'

const NOW = parse('{ now }')

/** A peer that takes its time, and notes what it was asked. */
const slowPeer = (milliseconds: number) => {
  const requests: SubgraphRequest[] = []
  const client: SubgraphClient = {
    name: 'directive',
    execute: async (request) => {
      requests.push(request)
      await wait(milliseconds)
      return { data: { now: 'late' } }
    },
    subscribe: () => Promise.reject(new Error('nobody subscribes here')),
  }
  return { requests, peers: createPeers('task', () => client) }
}

it('is UNAVAILABLE where a peer takes longer than it is given, and is told to stop', async () => {
  const { requests, peers } = slowPeer(5000)
  const answer = peers.directive(NOW, {}, null, { timeoutMilliseconds: 50 })
  await expect(answer).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('within 0.05 s') })
  expect(requests[0]?.signal?.aborted).toBe(true)
})

it('waits as long as it is told to, also for a peer in another process', async () => {
  const { requests, peers } = slowPeer(100)
  expect(await peers.directive(NOW, {}, null, { timeoutMilliseconds: 60_000 })).toEqual({ now: 'late' })
  expect(requests[0]?.timeoutMilliseconds).toBe(60_000)
  await peers.directive(NOW, {}, null)
  expect(requests[1]?.timeoutMilliseconds).toBe(10_000)
})
