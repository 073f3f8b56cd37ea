import { randomUUID } from 'node:crypto'
import type { Identity } from '@mothership/platform/identity'
import type { TestSubgraph } from '@mothership/platform/testing'
import type { ExecutionResult } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUTHOR, merge, mutate, propose, review, REVIEWER } from './proposal-support.ts'
import { refusalOf, startEmpty, value, VIEWER } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

const COMMENT = `mutation ($input: CommentOnProposalInput!) {
  commentOnProposal(input: $input) { id replyTo changeIndex author text isStale createdAt }
}`
interface Comment {
  id: string
  replyTo: string | null
  changeIndex: number | null
  author: string
  text: string
  isStale: boolean
}

const say = async (input: Record<string, unknown>, by: Partial<Identity> = REVIEWER): Promise<Comment> =>
  (await t.data<{ commentOnProposal: Comment }>(COMMENT, { input }, by)).commentOnProposal

const refusal = async (input: Record<string, unknown>) => refusalOf(await t.query(COMMENT, { input }, REVIEWER))

const read = async (id: string, page: { first?: number; after?: string } = {}) => {
  const source = `query ($id: ID!, $first: Int, $after: Cursor) { proposal(id: $id) { version
    comments(first: $first, after: $after) {
      nodes { text replyTo changeIndex isStale } totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
    } } }`
  interface Read {
    version: number
    comments: {
      nodes: Comment[]
      totalCount: number
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string }
    }
  }
  return (await t.data<{ proposal: Read }>(source, { id, ...page }, VIEWER)).proposal
}

describe('the discussion of a proposal', () => {
  it('is in threads of one level, each from its beginning, page by page', async () => {
    const { id: proposalId } = await propose(t, [{ createValue: value() }, { createValue: value() }])
    const first = await say({ proposalId, text: ' First. ' })
    const second = await say({ proposalId, text: 'Second.', changeIndex: 1 }, VIEWER)
    expect(first).toMatchObject({ text: 'First.', author: 'otto', replyTo: null, changeIndex: null, isStale: false })
    expect(second).toMatchObject({ author: 'vera', changeIndex: 1 })
    await say({ proposalId, text: 'To the first.', replyTo: first.id }, AUTHOR)
    expect(await say({ proposalId, text: 'To the second.', replyTo: second.id.toUpperCase() })).toMatchObject({
      replyTo: second.id,
      changeIndex: 1,
    })
    await say({ proposalId, text: 'To the first again.', replyTo: first.id })
    const start = await read(proposalId, { first: 2 })
    expect(start).toMatchObject({ version: 1, comments: { totalCount: 5, pageInfo: { hasNextPage: true } } })
    const { comments: rest } = await read(proposalId, { after: start.comments.pageInfo.endCursor })
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    expect([...start.comments.nodes, ...rest.nodes].map(({ text }) => text)).toEqual([
      'First.',
      'To the first.',
      'To the first again.',
      'Second.',
      'To the second.',
    ])
  })

  it('refuses what belongs nowhere, with its path', async () => {
    const [one, other] = [await propose(t, [{ createValue: value() }]), await propose(t, [{ createValue: value() }])]
    const beginning = await say({ proposalId: one.id, text: 'Here.' })
    const reply = await say({ proposalId: one.id, text: 'There.', replyTo: beginning.id })
    const cases: [Record<string, unknown>, string][] = [
      [{ replyTo: reply.id }, 'replyTo'],
      [{ replyTo: randomUUID() }, 'replyTo'],
      [{ replyTo: 'none' }, 'replyTo'],
      [{ proposalId: other.id, replyTo: beginning.id }, 'replyTo'],
      [{ changeIndex: 1 }, 'changeIndex'],
      [{ changeIndex: -1 }, 'changeIndex'],
      [{ replyTo: beginning.id, changeIndex: 0 }, 'changeIndex'],
      [{ text: '  ' }, 'text'],
      [{ text: 'x'.repeat(10_001) }, 'text'],
    ]
    for (const [input, path] of cases) {
      expect(await refusal({ proposalId: one.id, text: 'Nowhere.', ...input })).toMatchObject({
        code: 'BAD_USER_INPUT',
        path,
      })
    }
    expect(await refusal({ proposalId: randomUUID(), text: 'Nowhere.' })).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('goes on after the merge, and tells which threads are of former changes', async () => {
    const { id } = await propose(t, [{ createValue: value() }])
    const { id: replyTo } = await say({ proposalId: id, text: 'About the former.', changeIndex: 0 })
    const input = { id, version: 1, changes: [{ createValue: value() }] }
    const updated = await mutate(t, 'updateProposal', { input }, AUTHOR)
    expect(await say({ proposalId: id, text: 'Still about the former.', replyTo })).toMatchObject({ isStale: true })
    await review(t, updated)
    await merge(t, { id })
    expect(await say({ proposalId: id, text: 'Well done.' })).toMatchObject({ isStale: false })
    expect((await read(id)).comments.nodes.map(({ isStale }) => isStale)).toEqual([true, true, false])
  })

  it('ends with 1,000 comments', async () => {
    const { id } = await propose(t, [{ createValue: value() }])
    await t.runtime.database.query('update ontology.proposal set comment_count = 999 where id = $1::uuid', [id])
    await say({ proposalId: id, text: 'The last word.' })
    expect(await refusal({ proposalId: id, text: 'One more.' })).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('has 1000 comments') as unknown,
    })
  })

  it('leaves room for others: 200 comments are all of one person', async () => {
    const { id } = await propose(t, [{ createValue: value() }])
    const { id: other } = await propose(t, [{ createValue: value() }])
    await t.runtime.database.query(
      `with said as (
         insert into ontology.proposal_comment (id, proposal_id, ordinal, thread, author, text, version, created_at)
         select gen_random_uuid(), $1::uuid, n, n, $2::text, 'And another thing.', 1, clock_timestamp()
         from generate_series(1, 199) n
       )
       update ontology.proposal set comment_count = 199 where id = $1::uuid`,
      [id, REVIEWER.subject],
    )
    // Two at once: there is room for one of them.
    const [one, two] = await Promise.all(
      ['The last word.', 'One more.'].map((text) => t.query(COMMENT, { input: { proposalId: id, text } }, REVIEWER)),
    )
    const refusals = [one, two].filter((result) => result?.errors).map((result) => refusalOf(result!))
    expect(refusals).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('You have written 200 comments') as unknown },
    ])
    expect(await say({ proposalId: id, text: 'Let me speak.' }, AUTHOR)).toMatchObject({ author: AUTHOR.subject })
    await say({ proposalId: other, text: 'Here I have said nothing yet.' })
  })

  it('leaves half of its places to curators: those who do not curate have 500 together', async () => {
    const { id } = await propose(t, [{ createValue: value() }])
    await t.runtime.database.query(
      `with said as (
         insert into ontology.proposal_comment
           (id, proposal_id, ordinal, thread, author, text, version, created_at, is_curators)
         select gen_random_uuid(), $1::uuid, n, n, 'viewer ' || n / 199, 'I say.', 1, clock_timestamp(), false
         from generate_series(1, 498) n
       )
       update ontology.proposal set comment_count = 498 where id = $1::uuid`,
      [id],
    )
    const asOperator = { role: 'OPERATOR', subject: 'olga', name: 'Olga' } as const
    await say({ proposalId: id, text: 'One place is left.' }, asOperator)
    // Two at once: there is room for one of them.
    const both = await Promise.all(
      [VIEWER, asOperator].map((by) => t.query(COMMENT, { input: { proposalId: id, text: 'The last word.' } }, by)),
    )
    expect(both.filter((result) => result.errors).map(refusalOf)).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('500 comments of people who do not curate') as unknown },
    ])
    for (const by of [AUTHOR, REVIEWER]) await say({ proposalId: id, text: 'We decide.' }, by)
    expect((await read(id)).comments.totalCount).toBe(502)
    await mutate(t, 'closeProposal', { id, comment: 'Enough.' }, AUTHOR)
  })
})

const next = async (stream: AsyncIterator<ExecutionResult>): Promise<Record<string, unknown>> => {
  const { value: result } = (await stream.next()) as IteratorYieldResult<ExecutionResult>
  if (result.errors?.[0]) throw result.errors[0]
  return (result.data as { proposalChanged: Record<string, unknown> }).proposalChanged
}
const FOLLOW = `subscription ($id: ID) { proposalChanged(id: $id) {
  id status version reviews { decision } comments { totalCount }
} }`

describe('a subscription to proposals', () => {
  it('begins with the one that is named, and follows each step of its life as it is then', async () => {
    const { id } = await propose(t, [{ createValue: value() }])
    const stream = await t.subscribe(FOLLOW, { id }, VIEWER)
    expect(await next(stream)).toMatchObject({ id, status: 'OPEN', version: 1 })
    await propose(t, [{ createValue: value() }])
    await say({ proposalId: id, text: 'Look.' })
    expect(await next(stream)).toMatchObject({ id, comments: { totalCount: 1 } })
    await mutate(t, 'updateProposal', { input: { id, version: 1, title: 'Anew' } }, AUTHOR)
    expect(await next(stream)).toMatchObject({ id, version: 2 })
    await review(t, { id, version: 2 })
    expect(await next(stream)).toMatchObject({ id, reviews: [{ decision: 'APPROVE' }] })
    await merge(t, { id })
    expect(await next(stream)).toMatchObject({ id, status: 'MERGED' })
    await stream.return?.()
    const events = await t.runtime.database.query<{ type: string; version: number }>(
      'select type, version from events.event where entity_id = $1 order by id',
      [id],
    )
    expect(events.map(({ type }) => type.replace('proposal.', ''))).toEqual([
      'created',
      'commented',
      'updated',
      'reviewed',
      'merged',
    ])
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5])
  })

  it('follows all of them where none is named, and nothing else', async () => {
    const stream = await t.subscribe(FOLLOW, {}, VIEWER)
    const pending = next(stream)
    await t.data('mutation ($input: CreateValueInput!) { createValue(input: $input) { id } }', { input: value() })
    const { id } = await propose(t, [{ createValue: value() }])
    expect(await pending).toMatchObject({ id, version: 1 })
    await mutate(t, 'closeProposal', { id }, AUTHOR)
    expect(await next(stream)).toMatchObject({ id, status: 'CLOSED' })
    await stream.return?.()
  })

  it('refuses an id of no proposal', async () => {
    await expect(t.subscribe(FOLLOW, { id: randomUUID() }, VIEWER)).rejects.toThrow(/no proposal/)
  })

  it('stops the upstream when the client completes, also while it waits for what happens next', async () => {
    const stream = await t.subscribe(FOLLOW, {}, VIEWER)
    const pending = stream.next()
    await stream.return?.()
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })
})
