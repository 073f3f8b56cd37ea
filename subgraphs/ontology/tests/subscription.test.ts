import type { TestSubgraph } from '@mothership/platform/testing'
import type { ExecutionResult } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apply, belief, startEmpty, VIEWER } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

const FOLLOW =
  'subscription ($after: Int) { ontologyChanged(after: $after) { number author message changeCount changes { nodes { nodeId after } } } }'

const follow = (after: number | null) => t.subscribe(FOLLOW, { after }, VIEWER)

const next = async (stream: AsyncIterator<ExecutionResult>): Promise<Record<string, unknown>> => {
  const { value } = (await stream.next()) as IteratorYieldResult<ExecutionResult>
  if (value.errors?.[0]) throw value.errors[0]
  return (value.data as { ontologyChanged: Record<string, unknown> }).ontologyChanged
}

describe('a subscription to the ontology', () => {
  it('replays the revisions after a number, then goes on live, each once and in order', async () => {
    const numbers = []
    for (let n = 0; n < 5; n++)
      numbers.push((await apply(t, [{ createBelief: belief() }], { message: `no. ${n}` })).number)
    const after = numbers[1] ?? 0
    const stream = await follow(after)
    expect([await next(stream), await next(stream), await next(stream)].map(({ number }) => number)).toEqual(
      numbers.slice(2),
    )
    const live = next(stream)
    const one = belief()
    const { number } = await apply(t, [{ createBelief: one }], { message: 'live' })
    expect(await live).toMatchObject({
      number,
      author: 'carla',
      message: 'live',
      changes: { nodes: [{ nodeId: one.id, after: { name: one.name } }] },
    })
    await stream.return?.()
  })

  it('replays nothing without a number, and all of it after 0', async () => {
    const { number: before } = await apply(t, [{ createBelief: belief() }])
    // The event has its position a moment after the commit.
    const all = await follow(0)
    for (let number = 1; number <= before; number++) expect(await next(all)).toMatchObject({ number })
    const stream = await follow(null)
    const live = next(stream)
    const { number } = await apply(t, [{ createBelief: belief() }])
    expect(await live).toMatchObject({ number })
    await stream.return?.()
    await all.return?.()
  })

  it('answers what is true now of what changed, again and again', async () => {
    const one = belief({ credence: 0.1 })
    const { number } = await apply(t, [{ createBelief: one }])
    const source =
      'subscription ($after: Int) { ontologyChanged(after: $after) { number changes { nodes { after } } } }'
    const stream = await t.subscribe(source, { after: number }, VIEWER)
    for (const credence of [0.2, 0.3]) {
      const event = next(stream)
      await apply(t, [{ updateBelief: { id: one.id, credence } }])
      expect(await event).toMatchObject({ changes: { nodes: [{ after: { credence } }] } })
    }
    await stream.return?.()
  })

  it('refuses a number that no revision has yet', async () => {
    await expect(follow(1_000_000)).rejects.toThrow(/newest revision/)
    await expect(follow(-1)).rejects.toThrow(/newest revision/)
  })

  it('stops the upstream when the client completes, also while it waits for the next revision', async () => {
    const stream = await follow(null)
    const pending = stream.next()
    await stream.return?.()
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })
})
