import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementsOf } from './statements.ts'
import { AGENT, apply, belief, CURATOR, govern, link, startEmpty, value } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
}, 60_000)
afterAll(() => t.dispose())

interface Told {
  id: string
  effect: string
  weight: number
  value: { name: string; asOf: number | null; deletedAt: string | null }
  belief: { name: string }
}

const LINKS = 'id effect weight value { name asOf deletedAt } belief { name }'
/** As the gateway asks for the belief of a constraint. */
const TRACE = `query ($beliefs: [_Any!]!) { _entities(representations: $beliefs) { ... on Belief {
  relatedValues { ${LINKS} } all: relatedValues(includeDeleted: true) { ${LINKS} } } } }`

type Traced = { relatedValues: Told[]; all: Told[] }

const traceAll = async (beliefs: readonly { id: string }[]): Promise<Traced[]> => {
  const representations = beliefs.map(({ id }) => ({ __typename: 'Belief', id }))
  return (await t.data<{ _entities: Traced[] }>(TRACE, { beliefs: representations }, AGENT))._entities
}

/** What a trace tells of one belief: the values by name, where they are promoted or demoted by it. */
const trace = async (one: { id: string }): Promise<{ told: string[]; all: string[] }> => {
  const [traced] = await traceAll([one])
  const namesOf = (links: Told[] = []) => links.map(({ value: { name } }) => name)
  return { told: namesOf(traced?.relatedValues), all: namesOf(traced?.all) }
}

const revert = (number: number) =>
  t.data('mutation ($n: Int!) { revertRevision(number: $n) { number } }', { n: number }, CURATOR)

describe('a belief that was deleted', () => {
  it('answers the links that it was deleted with, as they were', async () => {
    const [one, kept, taken] = [belief({ name: 'Once held' }), value({ name: 'Candour' }), value({ name: 'Haste' })]
    const links = [link(one, kept, { weight: 0.3, effect: 'DEMOTES' }), link(one, taken)]
    await apply(t, [
      { createBelief: one },
      { createValue: kept },
      { createValue: taken },
      ...links.map((linkValue) => ({ linkValue })),
    ])
    await apply(t, [{ unlinkValue: links[1]?.id }])
    await apply(t, [{ deleteBelief: one.id }])

    const [traced] = await traceAll([one])
    expect(traced?.relatedValues).toEqual([
      {
        id: links[0]?.id,

        effect: 'DEMOTES',
        weight: 0.3,
        value: { name: 'Candour', asOf: null, deletedAt: null },
        belief: { name: 'Once held' },
      },
    ])
    expect(traced?.all).toEqual(traced?.relatedValues)
  })

  it('answers a value that was deleted before it, or after', async () => {
    const [one, before, after] = [belief(), value({ name: 'Gone before' }), value({ name: 'Gone after' })]
    await apply(t, [
      { createBelief: one },
      { createValue: before },
      { createValue: after },
      { linkValue: link(one, before) },
      { linkValue: link(one, after, { weight: 0.5 }) },
    ])
    for (const deleted of [{ deleteValue: before.id }, { deleteBelief: one.id }, { deleteValue: after.id }]) {
      await apply(t, [deleted])
    }
    expect(await trace(one)).toEqual({ told: ['Gone before', 'Gone after'], all: ['Gone before', 'Gone after'] })
  })

  it('governs nothing, and is in no list, in no search and no graph', async () => {
    const name = 'Ferret keeping is a calling'
    const [one, good] = [belief({ name, taskTypes: ['ferret.keep'], credence: 0.9 }), value()]
    await apply(t, [{ createBelief: one }, { createValue: good }, { linkValue: link(one, good) }])
    const names = async () => (await govern(t, { taskType: 'ferret.keep', text: name })).candidates.map((c) => c.name)
    expect(await names()).toContain(name)
    await apply(t, [{ deleteBelief: one.id }])
    expect(await names()).not.toContain(name)
    const read = await t.data<{ value: { beliefs: unknown }; beliefs: unknown; found: { node: unknown }[] }>(
      `query ($value: ID!, $name: String!) { value(id: $value) { beliefs { totalCount } }
         beliefs(taskType: "ferret.keep") { totalCount } found: searchOntology(query: $name) { node { ... on Belief { id } } } }`,
      { value: good.id, name },
    )
    expect(read).toMatchObject({ value: { beliefs: { totalCount: 0 } }, beliefs: { totalCount: 0 } })
    expect(read.found.map(({ node }) => node)).not.toContainEqual({ id: one.id })
  })

  it('tells a link once after it was restored, and none that was only taken away', async () => {
    const [one, good] = [belief(), value({ name: 'Restored' })]
    const tie = link(one, good)
    await apply(t, [{ createBelief: one }, { createValue: good }, { linkValue: tie }])
    const { number } = await apply(t, [{ deleteBelief: one.id }])
    await revert(number)
    expect(await trace(one)).toEqual({ told: ['Restored'], all: ['Restored'] })
    await apply(t, [{ unlinkValue: tie.id }])
    expect(await trace(one)).toEqual({ told: [], all: [] })
  })
})

describe('a value that was deleted', () => {
  it('is told of a belief that is still there where it is asked for, and weighs nothing', async () => {
    const [one, gone, stays] = [
      belief({ taskTypes: ['vole.count'] }),
      value({ name: 'Thrift' }),
      value({ name: 'Ease' }),
    ]
    await apply(t, [
      { createBelief: one },
      { createValue: gone },
      { createValue: stays },
      { linkValue: link(one, gone) },
      { linkValue: link(one, stays, { weight: 0.2 }) },
    ])
    const { number } = await apply(t, [{ deleteValue: gone.id }])
    expect(await trace(one)).toEqual({ told: ['Ease'], all: ['Ease', 'Thrift'] })
    await revert(number)
    expect(await trace(one)).toEqual({ told: ['Thrift', 'Ease'], all: ['Thrift', 'Ease'] })
  })

  it('is no value of the belief where the past is read before the deletion, and a former one after it', async () => {
    const [one, gone] = [belief(), value({ name: 'Of its time' })]
    const made = (await apply(t, [{ createBelief: one }, { createValue: gone }, { linkValue: link(one, gone) }])).number
    const deleted = (await apply(t, [{ deleteValue: gone.id }])).number
    await apply(t, [{ deleteBelief: one.id }])
    const at = async (revision: number) =>
      (
        await t.data<{ belief: Traced }>(
          `query ($id: ID!, $at: Int) { belief(id: $id, at: $at) {
             relatedValues { ${LINKS} } all: relatedValues(includeDeleted: true) { ${LINKS} } } }`,
          { id: one.id, at: revision },
        )
      ).belief
    const then = await at(made)
    expect(then.all).toEqual(then.relatedValues)
    expect(then.all).toMatchObject([{ value: { name: 'Of its time', asOf: made, deletedAt: null } }])
    const later = await at(deleted)
    expect(later.relatedValues).toEqual([])
    expect(later.all).toMatchObject([{ value: { name: 'Of its time', asOf: deleted } }])
    expect(later.all[0]?.value.deletedAt).not.toBeNull()
  })
})

describe('a page of traces', () => {
  it('takes as many statements for twenty beliefs as for two, and tells at most 50 former links of one', async () => {
    const beliefs = Array.from({ length: 20 }, () => belief())
    const values = Array.from({ length: 55 }, () => value())
    const [hub] = beliefs as [ReturnType<typeof belief>]
    await apply(t, [
      ...beliefs.map((createBelief) => ({ createBelief })),
      ...values.map((createValue) => ({ createValue })),
      ...values.slice(0, 30).map((one) => ({ linkValue: link(hub, one) })),
    ])
    await apply(
      t,
      values.slice(0, 30).map(({ id }) => ({ deleteValue: id })),
    )
    await apply(t, [
      ...values.slice(30).map((one) => ({ linkValue: link(hub, one) })),
      ...beliefs.slice(1).map((one) => ({ linkValue: link(one, values[54] as { id: string }) })),
    ])
    await apply(
      t,
      values.slice(30).map(({ id }) => ({ deleteValue: id })),
    )
    await apply(
      t,
      beliefs.filter((_, place) => place % 2 === 1).map(({ id }) => ({ deleteBelief: id })),
    )

    const [two, twenty] = [
      await statementsOf(t, () => traceAll(beliefs.slice(0, 2))),
      await statementsOf(t, () => traceAll(beliefs)),
    ]
    expect(two.length).toBeGreaterThan(0)
    expect(twenty).toHaveLength(two.length)
    const [traced, other] = await traceAll(beliefs)
    expect(traced?.relatedValues).toEqual([])
    expect(traced?.all).toHaveLength(50)
    expect(other?.relatedValues).toHaveLength(1)
  })
})
