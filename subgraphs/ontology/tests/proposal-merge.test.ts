import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ADMIN,
  AUTHOR,
  merge,
  mutate,
  type Proposal,
  propose,
  readHead,
  readProposal,
  refusalTo,
  review,
  REVIEWER,
  THIRD,
} from './proposal-support.ts'
import { apply, belief, link, OTHER_CURATOR, refusalOf, relation, startEmpty, value } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

/** Proposes changes, and has them approved. */
const approved = async (
  changes: Record<string, unknown>[],
  fields: Record<string, unknown> = {},
): Promise<Proposal> => {
  const proposal = await propose(t, changes, fields)
  return review(t, proposal)
}

const readBelief = async (id: string) => {
  const source = 'query ($id: ID!) { belief(id: $id) { name description credence deletedAt } }'
  return (await t.data<{ belief: Record<string, unknown> | null }>(source, { id })).belief
}

const mergeRefusal = async (id: string) => {
  const { errors } = await t.query('mutation ($id: ID!) { mergeProposal(id: $id) { id } }', { id }, THIRD)
  return { ...refusalOf({ errors: errors ?? [] }), conflicts: errors?.[0]?.extensions['conflicts'] }
}

describe('a merge', () => {
  it('makes one revision of its author’s, which names the title and who merged it', async () => {
    const [one, good] = [belief({ name: 'Merged' }), value()]
    const changes = [{ createBelief: one }, { createValue: good }, { linkValue: link(one, good) }]
    const { id } = await approved(changes, { title: 'Add a belief' })
    const head = await readHead(t)
    const merged = await merge(t, { id })
    expect(merged).toMatchObject({
      status: 'MERGED',
      version: 2,
      conflicts: [],
      mergedAs: {
        number: head + 1,
        author: 'carla',
        message: `Add a belief (proposal ${id}, merged by thea)`,
        changeCount: 3,
      },
    })
    expect(await readBelief(one.id)).toMatchObject({ name: 'Merged' })
  })

  it('that is repeated answers the merged proposal again, also where two come at once', async () => {
    const proposal = await approved([{ createBelief: belief() }])
    const head = await readHead(t)
    const merged = await Promise.all([merge(t, proposal), merge(t, proposal, ADMIN), merge(t, proposal, REVIEWER)])
    merged.push(await merge(t, proposal))
    expect(merged.map(({ mergedAs }) => mergedAs?.number)).toEqual([head + 1, head + 1, head + 1, head + 1])
    expect(await readHead(t)).toBe(head + 1)
  })

  it('needs an approval of its present changes, and no request for others', async () => {
    const { id, version } = await propose(t, [{ createBelief: belief() }])
    const missing = await refusalTo(t, 'mergeProposal', { id }, ADMIN)
    expect(missing).toMatchObject({ code: 'CONFLICT' })
    expect(missing.message).toMatch(/0 of the 1 approvals/)
    await review(t, { id, version })
    await review(t, { id, version }, 'REQUEST_CHANGES', THIRD)
    expect((await refusalTo(t, 'mergeProposal', { id }, ADMIN)).message).toMatch(/changes that thea requested/)
    await review(t, { id, version }, 'APPROVE', THIRD)
    expect(await merge(t, { id }, AUTHOR)).toMatchObject({ status: 'MERGED' })
  })

  it('comes on top of what others changed since, where they changed other fields', async () => {
    const one = belief({ credence: 0.2 })
    await apply(t, [{ createBelief: one }])
    const proposal = await approved([{ updateBelief: { id: one.id, credence: 0.7 } }])
    await apply(t, [{ updateBelief: { id: one.id, description: 'Others wrote this.' } }], { by: OTHER_CURATOR })
    // Away and back is no change.
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.3 } }], { by: OTHER_CURATOR })
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.2 } }], { by: OTHER_CURATOR })
    expect((await readProposal(t, proposal.id)).conflicts).toEqual([])
    await merge(t, proposal)
    expect(await readBelief(one.id)).toMatchObject({ credence: 0.7, description: 'Others wrote this.' })
  })

  it('is refused with every real conflict, which the proposal tells before, and writes nothing', async () => {
    const [one, two, three, good] = [belief(), belief(), belief(), value()]
    await apply(t, [{ createBelief: one }, { createBelief: two }, { createBelief: three }, { createValue: good }])
    const proposal = await approved([
      { createBelief: belief({ name: 'Coveted' }) },
      { updateBelief: { id: one.id, credence: 0.7, name: `${one.name} anew` } },
      { relateBeliefs: relation('SUPPORTS', one, two) },
      { linkValue: link(three, good) },
      { createValue: value() },
    ])
    const by = { by: OTHER_CURATOR }
    const { number: changed } = await apply(t, [{ updateBelief: { id: one.id, credence: 0.1 } }], by)
    const { number: deleted } = await apply(t, [{ deleteBelief: two.id }, { deleteValue: good.id }], by)
    await apply(t, [{ createBelief: belief({ name: 'coveted' }) }], by)
    const expected = [
      { path: 'changes[0].createBelief.name', by: null, revision: null },
      { path: 'changes[1].updateBelief.credence', by: 'otto', revision: changed },
      { path: 'changes[2].relateBeliefs.to', by: 'otto', revision: deleted },
      { path: 'changes[3].linkValue.value', by: 'otto', revision: deleted },
    ]
    const head = await readHead(t)
    const { conflicts } = await readProposal(t, proposal.id)
    expect(conflicts).toMatchObject(expected)
    expect(conflicts[0]?.message).toMatch(/is taken/)
    expect(conflicts[1]?.message).toMatch(/its credence was changed by otto/)
    expect(await mergeRefusal(proposal.id)).toMatchObject({
      code: 'CONFLICT',
      path: 'changes[0].createBelief.name',
      conflicts: expected,
    })
    expect(await readHead(t)).toBe(head)
    expect(await readProposal(t, proposal.id)).toMatchObject({ status: 'OPEN', version: 1 })
    // Made anew on the newest revision, the one that is left is no conflict any more.
    const input = {
      id: proposal.id,
      version: 1,
      changes: [{ updateBelief: { id: one.id, credence: 0.7 } }],
      baseRevision: head,
    }
    const updated = await mutate(t, 'updateProposal', { input }, AUTHOR)
    expect(updated.conflicts).toEqual([])
    await review(t, updated)
    await merge(t, updated)
    expect(await readBelief(one.id)).toMatchObject({ credence: 0.7 })
  })

  it('is refused where all of it is so already', async () => {
    const one = belief({ credence: 0.2 })
    await apply(t, [{ createBelief: one }])
    const { id } = await approved([{ updateBelief: { id: one.id, credence: 0.7 } }])
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.7 } }])
    const refusal = await mergeRefusal(id)
    expect(refusal).toMatchObject({ code: 'CONFLICT' })
    expect(refusal.message).toMatch(/would change nothing/)
  })
})

describe('what a proposal would do', () => {
  const READ = `query ($id: ID!) { proposal(id: $id) {
    diff { from to added removed changed entries { nodes { thing nodeId label action fields { field before after } } } }
    preview { effects { belief { id name } before after standingBefore standingAfter } problems { path severity } }
  } }`
  interface Read {
    proposal: {
      diff: Record<string, unknown> & { entries: { nodes: Record<string, unknown>[] } }
      preview: { effects: { belief: { id: string } }[]; problems: { path: string; severity: string }[] } | null
    }
  }
  const read = async (id: string) => (await t.data<Read>(READ, { id })).proposal

  it('is previewed and told as a diff before the merge; after it, the diff is that of its revision', async () => {
    const [one, two] = [belief({ name: 'Well known', credence: 0.4 }), belief({ name: 'Brand new', credence: 0.9 })]
    await apply(t, [{ createBelief: one }])
    const { id: _, ...tie } = relation('SUPPORTS', two, one)
    const proposal = await approved([
      { createBelief: two },
      { relateBeliefs: tie },
      { updateBelief: { id: one.id, description: 'Said better.' } },
    ])
    const { diff, preview } = await read(proposal.id)
    const tieId = proposal.changes[1]?.['relateBeliefs']?.id
    expect(diff).toMatchObject({ from: null, to: null, added: 2, removed: 0, changed: 1 })
    expect(diff.entries.nodes).toMatchObject([
      { thing: 'BELIEF', nodeId: two.id, label: 'Brand new', action: 'ADDED' },
      {
        thing: 'BELIEF',
        nodeId: one.id,
        action: 'CHANGED',
        fields: [{ field: 'description', before: one.description, after: 'Said better.' }],
      },
      { thing: 'RELATION', nodeId: tieId, label: 'Brand new SUPPORTS Well known', action: 'ADDED' },
    ])
    expect(preview?.problems.filter(({ severity }) => severity === 'ERROR')).toEqual([])
    expect(preview?.effects).toContainEqual(
      expect.objectContaining({ belief: { id: one.id, name: 'Well known' }, standingAfter: 'IN_FORCE' }),
    )
    const { mergedAs } = await merge(t, proposal)
    const after = await read(proposal.id)
    const number = mergedAs?.number ?? 0
    expect(after.preview).toBeNull()
    expect(after.diff).toEqual({ ...diff, from: number - 1, to: number })
  })

  it('is stopped in the preview by what others changed since', async () => {
    const one = belief()
    await apply(t, [{ createBelief: one }])
    const { id } = await propose(t, [{ updateBelief: { id: one.id, credence: 0.7 } }])
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.1 } }])
    expect((await read(id)).preview).toEqual({
      effects: [],
      problems: [{ path: 'changes[0].updateBelief.credence', severity: 'ERROR' }],
    })
  })

  it('is told of many proposals at once, each by its own changes', async () => {
    const [one, two] = [belief(), belief()]
    await apply(t, [{ createBelief: one }, { createBelief: two }])
    const by = { role: 'CURATOR', subject: 'lena', name: 'Lena' } as const
    for (const { id } of [one, two]) await propose(t, [{ updateBelief: { id, credence: 0.7 } }], {}, by)
    await propose(t, [{ deleteBelief: two.id }], {}, by)
    await apply(t, [{ updateBelief: { id: two.id, credence: 0.1 } }])
    const source = '{ proposals(author: "lena") { nodes { conflicts { path } diff { removed changed } } } }'
    expect(await t.data(source)).toEqual({
      proposals: {
        nodes: [
          { conflicts: [{ path: 'changes[0].deleteBelief' }], diff: { removed: 1, changed: 0 } },
          { conflicts: [{ path: 'changes[0].updateBelief.credence' }], diff: { removed: 0, changed: 1 } },
          { conflicts: [], diff: { removed: 0, changed: 1 } },
        ],
      },
    })
  })
})
