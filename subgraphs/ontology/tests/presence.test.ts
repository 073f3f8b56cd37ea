import { randomUUID } from 'node:crypto'
import type { Identity } from '@mothership/platform/identity'
import type { TestSubgraph } from '@mothership/platform/testing'
import type { ExecutionResult } from 'graphql'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CURATOR, OTHER_CURATOR, refusalOf, startEmpty, VIEWER } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterEach(() => t.runtime.database.query('delete from ontology.presence'))
afterAll(() => t.dispose())

interface Presence {
  curator: string
  session: string
  nodeId: string | null
  isEditing: boolean
}
const PRESENCE = 'curator session nodeId isEditing lastSeenAt'
const ANNOUNCE = `mutation ($input: AnnouncePresenceInput!) { announcePresence(input: $input) { ${PRESENCE} } }`

const announce = (input: Record<string, unknown>, by: Partial<Identity> = CURATOR) =>
  t.data<{ announcePresence: Presence }>(ANNOUNCE, { input }, by)
const end = (session: string, by: Partial<Identity> = CURATOR) =>
  t.data('mutation ($session: ID!) { endPresence(session: $session) }', { session }, by)
const list = async () =>
  (await t.data<{ curatorPresence: Presence[] }>(`{ curatorPresence { ${PRESENCE} } }`, {}, VIEWER)).curatorPresence
const sessions = (found: readonly Presence[]) => found.map(({ session }) => session)

/** As if nothing had been heard of a session for so long. */
const silence = (session: string, seconds: number) =>
  t.runtime.database.query(
    `update ontology.presence set last_seen_at = clock_timestamp() - make_interval(secs => $2::float8) where session = $1`,
    [session, seconds],
  )

describe('presence', () => {
  it('tells who looks at or edits what, each window apart', async () => {
    const nodeId = randomUUID()
    await announce({ session: 'one', nodeId: nodeId.toUpperCase() })
    await announce({ session: 'two' })
    await announce({ session: 'one', nodeId, isEditing: true }, OTHER_CURATOR)
    await announce({ session: 'one', nodeId })
    expect(await list()).toMatchObject([
      { curator: 'carla', session: 'one', nodeId, isEditing: false },
      { curator: 'carla', session: 'two', nodeId: null },
      { curator: 'otto', session: 'one', nodeId, isEditing: true },
    ])
  })

  it('ends by the person’s own word alone, also twice', async () => {
    await announce({ session: 'mine' })
    expect(await end('mine', OTHER_CURATOR)).toEqual({ endPresence: true })
    expect(sessions(await list())).toEqual(['mine'])
    await end('mine')
    expect(await end('mine')).toEqual({ endPresence: true })
    expect(await list()).toEqual([])
  })

  it('is put down to the person behind a service', async () => {
    const behind = { role: 'CURATOR', subject: 'gateway', onBehalfOf: { role: 'CURATOR', subject: 'paula' } } as const
    expect(await announce({ session: 'hers' }, behind)).toMatchObject({ announcePresence: { curator: 'paula' } })
  })

  it('is over after 45 seconds without a heartbeat, and comes back by one', async () => {
    await announce({ session: 'quiet' })
    await silence('quiet', 40)
    expect(sessions(await list())).toEqual(['quiet'])
    await silence('quiet', 46)
    expect(await list()).toEqual([])
    await announce({ session: 'quiet' })
    expect(sessions(await list())).toEqual(['quiet'])
  })

  it('keeps 20 sessions of one person: the one that was silent for the longest makes room', async () => {
    for (let n = 0; n < 20; n++) await announce({ session: `s${n}` })
    await announce({ session: 'hers' }, OTHER_CURATOR)
    await silence('s7', 30)
    await announce({ session: 's20' })
    const found = sessions(await list())
    expect(found).toHaveLength(21)
    expect(found).not.toContain('s7')
  })

  it('keeps 1,000 sessions in all, and says so to the next', async () => {
    await t.runtime.database.query(
      `insert into ontology.presence (curator, session, is_editing, since, last_seen_at)
       select 'c' || n, 's', false, clock_timestamp(), clock_timestamp() from generate_series(1, 1000) n`,
    )
    expect(refusalOf(await t.query(ANNOUNCE, { input: { session: 'late' } }, CURATOR))).toMatchObject({
      code: 'UNAVAILABLE',
    })
    const known = { role: 'CURATOR', subject: 'c500' } as const
    expect(await announce({ session: 's' }, known)).toMatchObject({ announcePresence: { curator: 'c500' } })
    await t.runtime.database.query(
      `update ontology.presence set last_seen_at = clock_timestamp() - interval '1 minute' where curator = 'c1'`,
    )
    await announce({ session: 'late' })
    expect(await list()).toHaveLength(1000)
  })

  it('refuses a session without a name and a thing that can be none', async () => {
    const cases: [Record<string, unknown>, string][] = [
      [{ session: '' }, 'session'],
      [{ session: 'x'.repeat(101) }, 'session'],
      [{ session: 'one', nodeId: 'nothing' }, 'nodeId'],
    ]
    for (const [input, path] of cases) {
      expect(refusalOf(await t.query(ANNOUNCE, { input }, CURATOR))).toMatchObject({ code: 'BAD_USER_INPUT', path })
    }
  })
})

const follow = () => t.subscribe(`subscription { curatorPresence { ${PRESENCE} } }`, {}, VIEWER)
const next = async (stream: AsyncIterator<ExecutionResult>): Promise<Presence[]> => {
  const { value } = (await stream.next()) as IteratorYieldResult<ExecutionResult>
  if (value.errors?.[0]) throw value.errors[0]
  return (value.data as { curatorPresence: Presence[] }).curatorPresence
}

describe('a subscription to presence', () => {
  it('has all of it at first, then again whenever somebody came, moved or left', async () => {
    await announce({ session: 'one' })
    const stream = await follow()
    expect(sessions(await next(stream))).toEqual(['one'])
    await announce({ session: 'two' }, OTHER_CURATOR)
    expect(sessions(await next(stream))).toEqual(['one', 'two'])
    const nodeId = randomUUID()
    await announce({ session: 'one', nodeId, isEditing: true })
    expect((await next(stream))[0]).toMatchObject({ nodeId, isEditing: true })
    await end('two', OTHER_CURATOR)
    expect(sessions(await next(stream))).toEqual(['one'])
    await stream.return?.()
  })

  it('begins with an empty list where nobody is there, and what another subscriber saw is not taken for it', async () => {
    const [early, late] = [await follow(), await follow()]
    expect(await next(early)).toEqual([])
    await announce({ session: 'one' })
    expect(sessions(await next(early))).toEqual(['one'])
    expect(sessions(await next(late))).toEqual(['one'])
    await Promise.all([early.return?.(), late.return?.()])
  })

  it('tells nothing of heartbeats alone', async () => {
    await announce({ session: 'one' })
    const stream = await follow()
    await next(stream)
    const pending = next(stream)
    await announce({ session: 'one' })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await announce({ session: 'two' })
    expect(sessions(await pending)).toEqual(['one', 'two'])
    await stream.return?.()
  })

  it('sees somebody leave who fell silent', async () => {
    await announce({ session: 'one' })
    const stream = await follow()
    await next(stream)
    const pending = next(stream)
    await silence('one', 44)
    expect(await pending).toEqual([])
    await stream.return?.()
  })

  it('stops when the client completes, also while it waits, and leaves the others alone', async () => {
    const [stream, other] = [await follow(), await follow()]
    await next(stream)
    await next(other)
    const pending = stream.next()
    await stream.return?.()
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    await announce({ session: 'one' })
    expect(sessions(await next(other))).toEqual(['one'])
    await other.return?.()
  })
})
