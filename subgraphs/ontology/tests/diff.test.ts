import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diffOfEntries } from '../src/diffs.ts'
import { diffOf } from '../src/domain/diff.ts'
import { apply, belief, link, refusalOf, relation, startEmpty, value } from './support.ts'

let t: TestSubgraph
const honest = belief({ name: 'Answer truthfully', credence: 0.8 })
const work = belief({ name: 'show your work' })
const brief = belief({ name: 'Be brief' })
const trust = value({ name: 'Trust' })
const supports = relation('SUPPORTS', honest, work, { weight: 0.5, note: 'It can be checked.' })
const promotes = link(honest, trust, { weight: 0.4 })
let made = 0
let last = 0

beforeAll(async () => {
  t = await startEmpty()
  made = (
    await apply(t, [
      { createBelief: honest },
      { createBelief: work },
      { createValue: trust },
      { relateBeliefs: supports },
      { linkValue: promotes },
    ])
  ).number
  await apply(t, [{ updateBelief: { id: honest.id, credence: 0.3 } }, { createBelief: brief }])
  await apply(t, [{ updateBelief: { id: honest.id, credence: 0.9, description: 'To the letter.' } }])
  // What comes back to what it was is no difference.
  await apply(t, [{ updateValue: { id: trust.id, weight: 0.9 } }])
  await apply(t, [{ updateValue: { id: trust.id, weight: 0.5 } }])
  last = (await apply(t, [{ deleteBelief: work.id }])).number
})
afterAll(() => t.dispose())

interface Entry {
  thing: string
  nodeId: string
  label: string
  action: string
  fields: { field: string; before: unknown; after: unknown }[]
}
interface Diff {
  from: number
  to: number
  added: number
  removed: number
  changed: number
  entries: {
    totalCount: number
    nodes: Entry[]
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null }
  }
}

const DIFF = `query ($from: Int!, $to: Int!, $first: Int, $after: Cursor) { diffRevisions(from: $from, to: $to) {
  from to added removed changed entries(first: $first, after: $after) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
    nodes { thing nodeId label action fields { field before after } } } } }`

const diff = async (from: number, to: number, page: { first?: number; after?: string | null } = {}): Promise<Diff> =>
  (await t.data<{ diffRevisions: Diff }>(DIFF, { from, to, ...page })).diffRevisions

describe('the difference between two revisions', () => {
  it('tells of each thing what it was and became, however many edits lie between', async () => {
    expect(await diff(made, last)).toEqual({
      from: made,
      to: last,
      added: 1,
      removed: 2,
      changed: 1,
      entries: {
        totalCount: 4,
        pageInfo: { hasNextPage: false, hasPreviousPage: false, endCursor: expect.any(String) as string },
        nodes: [
          {
            thing: 'BELIEF',
            nodeId: honest.id,
            label: 'Answer truthfully',
            action: 'CHANGED',
            fields: [
              { field: 'description', before: honest.description, after: 'To the letter.' },
              { field: 'credence', before: 0.8, after: 0.9 },
            ],
          },
          {
            thing: 'BELIEF',
            nodeId: brief.id,
            label: 'Be brief',
            action: 'ADDED',
            fields: [
              { field: 'name', before: null, after: 'Be brief' },
              { field: 'description', before: null, after: brief.description },
              { field: 'credence', before: null, after: 0.5 },
              { field: 'taskTypes', before: null, after: [] },
            ],
          },
          {
            thing: 'BELIEF',
            nodeId: work.id,
            label: 'show your work',
            action: 'REMOVED',
            fields: [
              { field: 'name', before: 'show your work', after: null },
              { field: 'description', before: work.description, after: null },
              { field: 'credence', before: 0.5, after: null },
              { field: 'taskTypes', before: [], after: null },
            ],
          },
          {
            thing: 'RELATION',
            nodeId: supports.id,
            label: 'Answer truthfully SUPPORTS show your work',
            action: 'REMOVED',
            fields: [
              { field: 'type', before: 'SUPPORTS', after: null },
              { field: 'from', before: honest.id, after: null },
              { field: 'to', before: work.id, after: null },
              { field: 'weight', before: 0.5, after: null },
              { field: 'note', before: 'It can be checked.', after: null },
            ],
          },
        ],
      },
    })
  })

  it('reads the other way in reverse order', async () => {
    const back = await diff(last, made)
    expect(back).toMatchObject({ from: last, to: made, added: 2, removed: 1, changed: 1 })
    const [changed] = back.entries.nodes
    expect(changed?.fields).toContainEqual({ field: 'credence', before: 0.9, after: 0.8 })
    expect(back.entries.nodes.map(({ label, action }) => [label, action])).toEqual([
      ['Answer truthfully', 'CHANGED'],
      ['Be brief', 'REMOVED'],
      ['show your work', 'ADDED'],
      ['Answer truthfully SUPPORTS show your work', 'ADDED'],
    ])
  })

  it('from the empty ontology is all that there was: values, beliefs, relations, links', async () => {
    const { added, removed, changed, entries } = await diff(0, made)
    expect({ added, removed, changed }).toEqual({ added: 5, removed: 0, changed: 0 })
    expect(entries.nodes.map(({ thing, label }) => [thing, label])).toEqual([
      ['VALUE', 'Trust'],
      ['BELIEF', 'Answer truthfully'],
      ['BELIEF', 'show your work'],
      ['RELATION', 'Answer truthfully SUPPORTS show your work'],
      ['LINK', 'Answer truthfully PROMOTES Trust'],
    ])
  })

  it('leaves out what was created and deleted in between, and is empty from a revision to itself', async () => {
    const passing = belief()
    await apply(t, [{ createBelief: passing }])
    const { number } = await apply(t, [{ deleteBelief: passing.id }])
    for (const empty of [await diff(last, number), await diff(made, made)]) {
      expect(empty).toMatchObject({ added: 0, removed: 0, changed: 0, entries: { totalCount: 0, nodes: [] } })
    }
  })

  it('is paged without gaps or repetitions, and counts all of it', async () => {
    const labels: string[] = []
    let after: string | null = null
    do {
      const { entries }: Diff = await diff(0, made, { first: 2, after })
      expect(entries.totalCount).toBe(5)
      expect(entries.pageInfo.hasPreviousPage).toBe(after !== null)
      labels.push(...entries.nodes.map(({ label }) => label))
      after = entries.pageInfo.hasNextPage ? entries.pageInfo.endCursor : null
    } while (after !== null)
    expect(labels).toEqual((await diff(0, made)).entries.nodes.map(({ label }) => label))
  })

  it('refuses a revision that there is not by its path, and the cursor of another list', async () => {
    const answer = await t.query(DIFF, { from: 0, to: 99 })
    expect(refusalOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'to' })
    expect(refusalOf(await t.query(DIFF, { from: -1, to: 1 }))).toMatchObject({ code: 'BAD_USER_INPUT', path: 'from' })
    const { revisions } = await t.data<{ revisions: { pageInfo: { endCursor: string } } }>(
      '{ revisions(first: 1) { pageInfo { endCursor } } }',
    )
    const foreign = await t.query(DIFF, { from: 0, to: made, after: revisions.pageInfo.endCursor })
    expect(refusalOf(foreign)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'after' })
  })
})

describe('the difference that changes at hand make', () => {
  it('is what the same changes are told as between two revisions, page by page', async () => {
    const { revision } = await t.data<{
      revision: { changes: { nodes: { kind: never; nodeId: string; before: never; after: never }[] } }
    }>(`{ revision(number: ${made}) { changes { nodes { kind nodeId before after } } } }`)
    const changes = revision.changes.nodes.map(({ nodeId: id, ...change }) => ({ id, ...change }))
    const atHand = diffOfEntries(diffOf(changes.toReversed(), new Map()))
    const [first, second] = [await atHand.page({ after: null, limit: 2 }), await diff(0, made)]
    const rest = await atHand.page({ after: first[1]?.place ?? null, limit: 10 })
    expect([...first, ...rest].map(({ place: _, ...entry }) => entry)).toEqual(second.entries.nodes)
    expect(await atHand.counts()).toEqual({ added: 5, removed: 0, changed: 0 })
  })

  it('calls ends by the names that are given where they are not among the changes', () => {
    const state = { type: 'SUPPORTS', from: honest.id, to: work.id, weight: 1, note: null } as const
    const names = new Map([
      [honest.id, 'This'],
      [work.id, 'that'],
    ])
    const [entry] = diffOf([{ kind: 'unrelateBeliefs', id: supports.id, before: state, after: null }], names)
    expect(entry).toMatchObject({ label: 'This SUPPORTS that', action: 'REMOVED' })
  })
})
