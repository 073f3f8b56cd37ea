import { randomUUID } from 'node:crypto'
import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ADMIN,
  AUTHOR,
  merge,
  mutate,
  propose,
  readHead,
  readProposal,
  refusalTo,
  review,
  REVIEWER,
  THIRD,
} from './proposal-support.ts'
import { statementsOf } from './statements.ts'
import { apply, belief, embedded, startEmpty, value } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

const refusedToCreate = (input: Record<string, unknown>) =>
  refusalTo(t, 'createProposal', { input: { title: 'T', changes: [{ createBelief: belief() }], ...input } }, AUTHOR)

describe('a new proposal', () => {
  it('keeps its changes with the ids of what they create, and changes nothing yet', async () => {
    await apply(t, [{ createBelief: belief() }])
    const head = await readHead(t)
    const { id: _, ...named } = belief({ name: 'Proposed' })
    const proposal = await propose(t, [{ createBelief: named }], { title: ' Add it ', description: 'Because.' })
    expect(proposal).toMatchObject({
      title: 'Add it',
      description: 'Because.',
      author: 'carla',
      status: 'OPEN',
      baseRevision: head,
      version: 1,
      conflicts: [],
      reviews: [],
      mergedAs: null,
    })
    expect(proposal.changes).toEqual([
      {
        createBelief: {
          ...named,
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          taskTypes: [],
          rule: null,
          level: null,
        },
      },
    ])
    expect((await readProposal(t, proposal.id)).changes).toEqual(proposal.changes)
    expect(await readHead(t)).toBe(head)
  })

  it('is checked like an edit, and refused with the path of the fault', async () => {
    const cases: [Record<string, unknown>, string, string][] = [
      [{ title: ' ' }, 'BAD_USER_INPUT', 'title'],
      [{ title: 'x'.repeat(201) }, 'BAD_USER_INPUT', 'title'],
      [{ description: 'x'.repeat(10_001) }, 'BAD_USER_INPUT', 'description'],
      [{ changes: [] }, 'BAD_USER_INPUT', 'changes'],
      [{ changes: [{ createBelief: belief({ name: '' }) }] }, 'BAD_USER_INPUT', 'changes[0].createBelief.name'],
      [{ changes: [{ deleteBelief: randomUUID() }] }, 'NOT_FOUND', 'changes[0].deleteBelief'],
      [{ baseRevision: 1_000_000 }, 'BAD_USER_INPUT', 'baseRevision'],
      [{ baseRevision: -1 }, 'BAD_USER_INPUT', 'baseRevision'],
    ]
    for (const [input, code, path] of cases) expect(await refusedToCreate(input)).toMatchObject({ code, path })
    const one = belief()
    await apply(t, [{ createBelief: one }])
    const same = { changes: [{ updateBelief: { id: one.id, credence: 0.5 } }] }
    expect(await refusedToCreate(same)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'changes' })
  })

  it('takes 1,000 changes and at most 1 MB of them', async () => {
    const thousand = Array.from({ length: 1000 }, () => ({ createBelief: belief() }))
    expect((await propose(t, thousand)).changes).toHaveLength(1000)
    const long = Array.from({ length: 120 }, () => ({ createBelief: belief({ description: 'x'.repeat(9000) }) }))
    expect(await refusedToCreate({ changes: long })).toMatchObject({ code: 'BAD_USER_INPUT', path: 'changes' })
    expect(await refusedToCreate({ changes: [...thousand, thousand[0]] })).toMatchObject({ path: 'changes' })
  })

  it('is refused where it is made on an old revision and others changed the same since', async () => {
    const one = belief()
    const { number } = await apply(t, [{ createBelief: one }])
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.9 } }])
    const changes = [{ updateBelief: { id: one.id, credence: 0.1 } }]
    expect(await refusedToCreate({ changes, baseRevision: number })).toMatchObject({
      code: 'CONFLICT',
      path: 'changes[0].updateBelief.credence',
    })
  })
})

describe('a proposal that is changed', () => {
  it('is changed by its author alone, in the fields that are given', async () => {
    const { id, changes } = await propose(t, [{ createValue: value() }], { description: 'First.' })
    const input = { id, version: 1, title: 'Better' }
    for (const by of [REVIEWER, ADMIN]) {
      expect(await refusalTo(t, 'updateProposal', { input }, by)).toMatchObject({ code: 'FORBIDDEN' })
    }
    const updated = await mutate(t, 'updateProposal', { input }, AUTHOR)
    expect(updated).toMatchObject({ title: 'Better', description: 'First.', changes, version: 2 })
    const emptied = { id, version: 2, description: null }
    expect(await mutate(t, 'updateProposal', { input: emptied }, AUTHOR)).toMatchObject({
      description: null,
      version: 3,
    })
    const same = { id, version: 3, title: 'Better' }
    expect(await mutate(t, 'updateProposal', { input: same }, AUTHOR)).toMatchObject({ version: 3 })
  })

  it('is refused where its version is another by now, or what is given is faulty', async () => {
    const { id } = await propose(t, [{ createValue: value() }])
    const refusal = (input: Record<string, unknown>) =>
      refusalTo(t, 'updateProposal', { input: { id, version: 1, ...input } }, AUTHOR)
    expect(await refusal({ version: 2, title: 'Late' })).toMatchObject({ code: 'CONFLICT', path: 'version' })
    expect(await refusal({ baseRevision: 1 })).toMatchObject({ code: 'BAD_USER_INPUT', path: 'baseRevision' })
    expect(await refusal({ changes: null })).toMatchObject({ code: 'BAD_USER_INPUT', path: 'changes' })
    expect(await refusal({ id: randomUUID(), title: 'x' })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await refusal({ id: 'none', title: 'x' })).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('makes the decisions about its former changes stale, but not by another title or the same changes', async () => {
    const { id, changes, baseRevision } = await propose(t, [{ createValue: value() }])
    await review(t, { id, version: 1 })
    const renamed = await mutate(t, 'updateProposal', { input: { id, version: 1, title: 'Renamed' } }, AUTHOR)
    expect(renamed.reviews).toMatchObject([{ reviewer: 'otto', isStale: false }])
    const again = { id, version: 2, changes, baseRevision, title: 'Again' }
    expect((await mutate(t, 'updateProposal', { input: again }, AUTHOR)).reviews[0]).toMatchObject({ isStale: false })
    const others = { id, version: 3, changes: [{ createValue: value() }] }
    expect((await mutate(t, 'updateProposal', { input: others }, AUTHOR)).reviews[0]).toMatchObject({ isStale: true })
    expect(await refusalTo(t, 'mergeProposal', { id }, THIRD)).toMatchObject({ code: 'CONFLICT' })
  })

  it('loses none of two changes at the same time: one of them is refused', async () => {
    const { id } = await propose(t, [{ createValue: value() }])
    const results = await Promise.allSettled(
      ['One', 'Two'].map((title) => mutate(t, 'updateProposal', { input: { id, version: 1, title } }, AUTHOR)),
    )
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await readProposal(t, id)).toMatchObject({ version: 2 })
  })
})

describe('a decision about a proposal', () => {
  it('is never its author’s, whatever the role', async () => {
    const { id, version } = await propose(t, [{ createValue: value() }], {}, ADMIN)
    for (const decision of ['APPROVE', 'REQUEST_CHANGES']) {
      const input = { proposalId: id, version, decision, comment: 'Mine.' }
      expect(await refusalTo(t, 'reviewProposal', { input }, ADMIN)).toMatchObject({ code: 'FORBIDDEN' })
    }
    const behind = { role: 'CURATOR', subject: 'bot', onBehalfOf: { role: 'ADMIN', subject: 'ada' } } as const
    const input = { proposalId: id, version, decision: 'APPROVE' }
    expect(await refusalTo(t, 'reviewProposal', { input }, behind)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await refusalTo(t, 'mergeProposal', { id }, ADMIN)).toMatchObject({ code: 'CONFLICT' })
  })

  it('is about the version that was reviewed, and replaces the reviewer’s former one', async () => {
    const { id } = await propose(t, [{ createValue: value() }])
    await review(t, { id, version: 1 }, 'REQUEST_CHANGES')
    const { reviews, version } = await review(t, { id, version: 1 }, 'APPROVE')
    expect(reviews).toEqual([{ reviewer: 'otto', decision: 'APPROVE', comment: 'Because.', isStale: false }])
    expect(version).toBe(1)
    const late = { proposalId: id, version: 2, decision: 'APPROVE' }
    expect(await refusalTo(t, 'reviewProposal', { input: late }, THIRD)).toMatchObject({
      code: 'CONFLICT',
      path: 'version',
    })
  })

  it('says which changes it requests', async () => {
    const { id } = await propose(t, [{ createValue: value() }])
    const input = { proposalId: id, version: 1, decision: 'REQUEST_CHANGES', comment: ' ' }
    expect(await refusalTo(t, 'reviewProposal', { input }, REVIEWER)).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'comment',
    })
  })
})

describe('a proposal that is closed', () => {
  it('is closed by anybody who curates, says why, and stays closed', async () => {
    const { id } = await propose(t, [{ createValue: value() }])
    const first = await mutate(t, 'closeProposal', { id, comment: 'Not now.' }, REVIEWER)
    expect(first).toMatchObject({ status: 'CLOSED', version: 2, conflicts: [] })
    const again = await mutate(t, 'closeProposal', { id, comment: 'Not now.' }, REVIEWER)
    expect(again).toMatchObject({ status: 'CLOSED', version: 2 })
    const source = 'query ($id: ID!) { proposal(id: $id) { preview { truncated } comments { nodes { text author } } } }'
    expect(await t.data(source, { id })).toEqual({
      proposal: { preview: null, comments: { nodes: [{ text: 'Not now.', author: 'otto' }] } },
    })
    const refusals = [
      await refusalTo(t, 'updateProposal', { input: { id, version: 2, title: 'x' } }, AUTHOR),
      await refusalTo(t, 'reviewProposal', { input: { proposalId: id, version: 2, decision: 'APPROVE' } }, REVIEWER),
      await refusalTo(t, 'mergeProposal', { id }, THIRD),
    ]
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: 'CONFLICT' })
      expect(refusal.message).toMatch(/is CLOSED/)
    }
  })

  it('cannot be one that is merged', async () => {
    const proposal = await propose(t, [{ createValue: value() }])
    await review(t, proposal)
    await merge(t, proposal)
    expect(await refusalTo(t, 'closeProposal', { id: proposal.id }, AUTHOR)).toMatchObject({ code: 'CONFLICT' })
  })
})

describe('the list of proposals', () => {
  it('has the newest first, page by page, by status and by author', async () => {
    const titles = ['List 1', 'List 2', 'List 3']
    for (const title of titles) await propose(t, [{ createValue: value() }], { title }, THIRD)
    const source = `query ($first: Int, $after: Cursor, $status: ProposalStatus, $author: String) {
      proposals(first: $first, after: $after, status: $status, author: $author) {
        nodes { title status author conflicts { path } reviews { reviewer } comments { totalCount } }
        totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
      }
    }`
    interface Page {
      nodes: { title: string; status: string }[]
      totalCount: number
      pageInfo: { hasNextPage: boolean; endCursor: string }
    }
    const page = async (variables: Record<string, unknown>) =>
      (await t.data<{ proposals: Page }>(source, { first: 2, ...variables })).proposals
    const first = await page({ author: 'thea' })
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } })
    const second = await page({ author: 'thea', after: first.pageInfo.endCursor })
    expect([...first.nodes, ...second.nodes].map(({ title }) => title)).toEqual(titles.toReversed())
    expect(second.pageInfo.hasNextPage).toBe(false)
    const { id } = await propose(t, [{ createValue: value() }], { title: 'List 4' }, THIRD)
    await mutate(t, 'closeProposal', { id }, THIRD)
    const closed = await page({ author: 'thea', status: 'CLOSED' })
    expect(closed).toMatchObject({ nodes: [{ title: 'List 4', status: 'CLOSED' }], totalCount: 1 })
  })

  it('takes as many statements for one proposal as for ten, with all that is told of each', async () => {
    const by = { role: 'CURATOR', subject: 'nora', name: 'Nora' } as const
    for (let n = 0; n < 10; n++) {
      const one = belief()
      await apply(t, [{ createBelief: one }])
      const changes = [{ createBelief: belief() }, { updateBelief: { id: one.id, credence: 0.7 } }]
      const { id, version } = await propose(t, changes, {}, by)
      await review(t, { id, version })
    }
    // Others edited since all of them: the changes of each base on are looked at.
    await apply(t, [{ createBelief: belief() }])
    await embedded(t)
    const source = `query ($first: Int) { proposals(first: $first, author: "nora") { totalCount nodes {
      title changes conflicts { path } reviews { reviewer } mergedAs { number }
      comments { totalCount nodes { text } } diff { added entries { nodes { label } } }
    } } }`
    const read = (first: number) => statementsOf(t, () => t.data(source, { first }))
    const [one, ten] = [await read(1), await read(10)]
    expect(one.length).toBeGreaterThan(0)
    expect(ten).toHaveLength(one.length)
  })
})
