import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUTHOR, merge, propose, review } from './proposal-support.ts'
import { statementsOf } from './statements.ts'
import { apply, belief, embedded, link, relation, startEmpty, value } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

const PREVIEW = `preview { truncated problems { path message severity }
  effects { before after standingBefore standingAfter belief { name strength } } }`
const DIFF = `diff { from { number } to { number } added removed changed
  entries(first: 3) { totalCount nodes { label } pageInfo { hasNextPage } } }`
const WHOLE = `id title changes ${PREVIEW} ${DIFF} conflicts { path message by } reviews { reviewer isStale }
  comments(first: 3) { totalCount nodes { text } } mergedAs { number message }`

interface Node {
  id: string
  title: string
  preview: { effects: object[]; problems: { message: string; severity: string }[] } | null
  diff: { added: number; removed: number; changed: number; entries: { nodes: { label: string }[] } }
  conflicts: object[]
  mergedAs: object | null
}
const page = async (first: number): Promise<Node[]> => {
  const source = `query ($first: Int!) { proposals(first: $first) { totalCount nodes { ${WHOLE} } } }`
  return (await t.data<{ proposals: { nodes: Node[] } }>(source, { first }, AUTHOR)).proposals.nodes
}
const one = async (id: string): Promise<Node> =>
  (await t.data<{ proposal: Node }>(`query ($id: ID!) { proposal(id: $id) { ${WHOLE} } }`, { id }, AUTHOR)).proposal

/** A part of the graph of its own in which each kind of warning but that of a cycle can be provoked. */
const makePart = async () => {
  const weak = belief({ credence: 0.3 })
  const strong = belief({ credence: 0.9 })
  const gone = belief({ credence: 0.6 })
  const next = belief({ credence: 0.5 })
  const only = value()
  const last = link(strong, only)
  await apply(t, [
    ...[weak, strong, gone, next].map((createBelief) => ({ createBelief })),
    { createValue: only },
    { linkValue: last },
    { relateBeliefs: relation('CONTRADICTS', weak, strong, { weight: 0.01 }) },
    { relateBeliefs: relation('SUPPORTS', strong, next, { weight: 0.5 }) },
    { relateBeliefs: relation('SUPPORTS', gone, next, { weight: 0.5 }) },
  ])
  return { weak, strong, gone, next, last }
}

/** Changes that turn a belief, create and delete one, and take a value's last link. */
const upheaval = ({ weak, gone, next, last }: Awaited<ReturnType<typeof makePart>>) => {
  const made = belief({ credence: 0.8 })
  return [
    { updateBelief: { id: weak.id, credence: 0.95 } },
    { unlinkValue: last.id },
    { createBelief: made },
    { relateBeliefs: relation('SUPPORTS', made, next, { weight: 0.4 }) },
    { deleteBelief: gone.id },
  ]
}

const proposeMerged = async () => {
  const change = { createBelief: belief() }
  await merge(t, await review(t, await propose(t, [change, { createValue: value() }])))
}

describe('a page of proposals', () => {
  it('takes as many statements for twelve proposals as for two', async () => {
    // The newest first: one open and one merged, then all of both kinds.
    for (let n = 0; n < 6; n++) {
      await proposeMerged()
      await propose(t, upheaval(await makePart()))
    }
    // So that all of them are of a former revision: what was changed since is looked up for all, or for none.
    await apply(t, [{ createBelief: belief() }])
    await embedded(t)
    const few = await statementsOf(t, () => page(2))
    const many = await statementsOf(t, () => page(12))
    const nodes = await page(12)
    expect(nodes.filter(({ mergedAs }) => mergedAs !== null)).toHaveLength(6)
    for (const { preview, diff } of nodes) {
      if (!preview) {
        expect(diff).toMatchObject({ added: 2, entries: { totalCount: 2 } })
        continue
      }
      expect(preview.effects.length).toBeGreaterThan(2)
      expect(preview.problems.map(({ message }) => message)).toEqual([
        expect.stringContaining('would contradict each other'),
        expect.stringContaining('would be left without a belief'),
      ])
    }
    expect(few.length).toBeGreaterThan(0)
    expect(many).toHaveLength(few.length)
  })

  it('tells of each proposal what it tells of it alone, where they meet in the same beliefs', async () => {
    const part = await makePart()
    const beside = belief({ credence: 0.7 })
    await apply(t, [{ createBelief: beside }, { relateBeliefs: relation('SUPPORTS', part.next, beside) }])
    const lists = [
      upheaval(part),
      [{ updateBelief: { id: part.weak.id, credence: 0 } }],
      [{ deleteBelief: part.next.id }],
      [{ deleteBelief: part.strong.id }],
      [{ relateBeliefs: relation('CONTRADICTS', part.next, part.strong) }],
      [{ relateBeliefs: relation('DEPENDS_ON', part.strong, part.weak) }],
      [{ updateBelief: { id: beside.id, name: 'Renamed beside' } }],
      [{ unlinkValue: part.last.id }, { linkValue: link(part.next, { id: part.last.value }) }],
    ]
    for (const changes of lists) await propose(t, changes)
    // Others' changes are in the way of some of them.
    await apply(t, [{ updateBelief: { id: beside.id, name: 'Named otherwise' } }])
    const nodes = (await page(lists.length)).reverse()
    expect(nodes).toHaveLength(lists.length)
    for (const node of nodes) expect(node, node.id).toEqual(await one(node.id))
    expect(nodes.map(({ conflicts }) => conflicts.length)).toEqual([0, 0, 0, 0, 0, 0, 1, 0])
    const counts = nodes.map(({ preview }) => [preview?.effects.length, preview?.problems.length])
    expect(counts).toEqual([
      [6, 2],
      [4, 0],
      [2, 0],
      [3, 1],
      [3, 1],
      [0, 1],
      [0, 1],
      [0, 0],
    ])
  })
})
