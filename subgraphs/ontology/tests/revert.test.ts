import type { TestSubgraph } from '@mothership/platform/testing'
import fc from 'fast-check'
import type { ExecutionResult } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStore } from '../src/store.ts'
import { createAuthor, drawnEdits } from './random-edits.ts'
import {
  apply,
  type Applied,
  belief,
  CURATOR,
  link,
  OTHER_CURATOR,
  refusalOf,
  relation,
  startEmpty,
  value,
  VIEWER,
} from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

const REVERT = `mutation ($number: Int!, $message: String) { revertRevision(number: $number, message: $message) {
  number author message changeCount } }`

const tryToRevert = (number: number, message?: string): Promise<ExecutionResult> =>
  t.query(REVERT, { number, message: message ?? null }, OTHER_CURATOR)

const revert = async (number: number, message?: string): Promise<Applied> => {
  const { data, errors } = await tryToRevert(number, message)
  if (errors?.[0]) throw errors[0]
  return (data as { revertRevision: Applied }).revertRevision
}

interface Obstacle {
  nodeId: string
  label: string
  message: string
  by: string | null
  revision: number | null
}

/** What stood in the way of a revert. Throws where nothing did. */
const obstaclesTo = async (number: number): Promise<Obstacle[]> => {
  const answer = await tryToRevert(number)
  const refusal = refusalOf(answer)
  expect(refusal).toMatchObject({ code: 'CONFLICT', path: 'number' })
  const obstacles = answer.errors?.[0]?.extensions['obstacles'] as Obstacle[]
  expect(answer.errors?.[0]?.extensions['obstacleCount']).toBe(obstacles.length)
  if (obstacles[0]) expect(refusal).toMatchObject({ by: obstacles[0].by, revision: obstacles[0].revision })
  return obstacles
}

const create = (...beliefs: object[]) => beliefs.map((createBelief) => ({ createBelief }))
const head = async () => (await t.data<{ revision: { number: number } }>('{ revision { number } }')).revision.number

interface Seen {
  name: string
  credence: number
  strength: number
  description: string
  deletedAt: string | null
  relations: { nodes: { id: string; note: string | null }[] }
  relatedValues: { id: string }[]
}
const read = async (id: string): Promise<Seen> =>
  (
    await t.data<{ belief: Seen }>(
      `query ($id: ID!) { belief(id: $id) { name credence strength description deletedAt
         relations { nodes { id note } } relatedValues { id } } }`,
      { id },
    )
  ).belief

describe('reverting a revision', () => {
  it('takes back the fields that it changed, and those alone', async () => {
    const one = belief({ name: 'Before', credence: 0.2 })
    await apply(t, create(one))
    const { number } = await apply(t, [{ updateBelief: { id: one.id, name: 'After', credence: 0.7 } }])
    await apply(t, [{ updateBelief: { id: one.id, description: 'Said since.' } }], { by: OTHER_CURATOR })
    expect(await revert(number)).toEqual({
      number: number + 2,
      author: 'otto',
      message: `Reverts revision ${number}`,
      changeCount: 1,
    })
    expect(await read(one.id)).toMatchObject({
      name: 'Before',
      credence: 0.2,
      strength: 0.2,
      description: 'Said since.',
    })
  })

  it('brings back what was deleted under its own id, with relations and links; and takes it away when it is reverted', async () => {
    const [one, two, good] = [belief({ credence: 0.4 }), belief({ credence: 1 }), value()]
    const supports = relation('SUPPORTS', two, one, { note: 'for a reason' })
    const promotes = link(two, good)
    await apply(t, [...create(one, two), { createValue: good }, { relateBeliefs: supports }, { linkValue: promotes }])
    const deletion = await apply(t, [{ deleteBelief: two.id }])
    expect(await read(one.id)).toMatchObject({ strength: 0.4 })
    const back = await revert(deletion.number, 'It is needed.')
    expect(back).toMatchObject({ message: 'It is needed.', changeCount: 3 })
    expect(await read(two.id)).toMatchObject({
      deletedAt: null,
      strength: 1,
      relations: { nodes: [{ id: supports.id, note: 'for a reason' }] },
      relatedValues: [{ id: promotes.id }],
    })
    expect(await read(one.id)).toMatchObject({ strength: 0.7 })
    const again = await revert(back.number)
    expect(again).toMatchObject({ changeCount: 3 })
    expect((await read(two.id)).deletedAt).not.toBeNull()
    expect(await read(one.id)).toMatchObject({ strength: 0.4, relations: { nodes: [] } })
    await revert(again.number)
    expect(await read(one.id)).toMatchObject({ strength: 0.7, relations: { nodes: [{ id: supports.id }] } })
  })

  it('is told to those who follow, and found by search again', async () => {
    const one = belief({ name: 'Xylophone manners' })
    await apply(t, create(one))
    const { number } = await apply(t, [{ deleteBelief: one.id }])
    const search = '{ searchOntology(query: "xylophone manners") { node { ... on Belief { id } } matchedBy } }'
    const found = async () =>
      (await t.data<{ searchOntology: { node: { id?: string }; matchedBy: string[] }[] }>(search)).searchOntology
        .filter(({ matchedBy }) => matchedBy.includes('TEXT'))
        .map(({ node }) => node.id)
    expect(await found()).not.toContain(one.id)
    const stream = await t.subscribe(
      `subscription { ontologyChanged(after: ${number}) { number changes { totalCount } } }`,
    )
    const back = await revert(number)
    expect((await stream.next()).value).toMatchObject({
      data: { ontologyChanged: { number: back.number, changes: { totalCount: 1 } } },
    })
    await stream.return?.()
    expect((await found())[0]).toBe(one.id)
  })

  it('of any edits, the newest first, goes back to what there was before each, strengths included', async () => {
    await fc.assert(
      fc.asyncProperty(drawnEdits, async (drawn) => {
        const author = createAuthor()
        const store = createStore(t.runtime)
        const start = await head()
        for (const changes of [author.first, ...drawn.map(author.changesOf)]) {
          if (changes.length > 0) await apply(t, changes)
        }
        for (let number = await head(); number > start; number--) {
          await revert(number)
          const [now, then] = [await store.at(null).everything(), await store.at(number - 1).everything()]
          expect(stated(now)).toEqual(stated(then))
        }
      }),
      { numRuns: 3 },
    )
  }, 240_000)

  it('refuses a revision that there is not, a message that is too long, and who is no curator', async () => {
    const none = refusalOf(await tryToRevert((await head()) + 1))
    expect(none).toMatchObject({ code: 'NOT_FOUND', path: 'number' })
    expect(refusalOf(await tryToRevert(0))).toMatchObject({ code: 'NOT_FOUND', path: 'number' })
    expect(refusalOf(await tryToRevert(1, 'x'.repeat(2001)))).toMatchObject({ code: 'BAD_USER_INPUT', path: 'message' })
    expect(refusalOf(await t.query(REVERT, { number: 1 }, VIEWER))).toMatchObject({ code: 'FORBIDDEN' })
  })
})

/** What is stated and derived, without when it was last changed. */
const stated = (whole: object): unknown =>
  JSON.parse(
    JSON.stringify(whole, (key, inner: unknown) =>
      ['asOf', 'revision', 'updatedAt'].includes(key) ? undefined : inner,
    ),
  )

describe('what others built on', () => {
  it('a field that was changed since is not taken back: who changed it, and in which revision', async () => {
    const one = belief({ name: 'Contested', credence: 0.2 })
    await apply(t, create(one))
    const { number } = await apply(t, [{ updateBelief: { id: one.id, credence: 0.7 } }])
    const since = await apply(t, [{ updateBelief: { id: one.id, credence: 0.9 } }], { by: OTHER_CURATOR })
    const message = 'its credence was changed since'
    expect(await obstaclesTo(number)).toEqual([
      { nodeId: one.id, label: 'Contested', message, by: 'otto', revision: since.number },
    ])
    expect(refusalOf(await tryToRevert(number)).message).toBe(
      `number: revision ${number} cannot be reverted. Of "Contested": ${message} by otto in revision ${since.number}. ` +
        'Revert what stands in the way first, or edit by hand what is to be otherwise.',
    )
    // When that is reverted, nothing is in the way.
    await revert(since.number)
    await revert(number)
    expect(await read(one.id)).toMatchObject({ credence: 0.2 })
  })

  it('what was created stays where a relation or link of it was added, or it was changed; all of it is listed', async () => {
    const [one, two, good] = [belief({ name: 'New' }), belief(), value()]
    await apply(t, [...create(two), { createValue: good }])
    const { number } = await apply(t, [...create(one), { relateBeliefs: relation('REFINES', one, two) }])
    const related = await apply(t, [{ relateBeliefs: relation('SUPPORTS', two, one) }], { by: OTHER_CURATOR })
    const linked = await apply(t, [{ linkValue: link(one, good) }])
    const renamed = await apply(t, [{ updateBelief: { id: one.id, name: 'Newer' } }])
    const before = await head()
    expect((await obstaclesTo(number)).map(({ message, by, revision }) => [message, by, revision])).toEqual([
      ['its name was changed since', 'carla', renamed.number],
      ['a relation was added to it since', 'otto', related.number],
      ['a link was added to it since', 'carla', linked.number],
    ])
    expect(await head()).toBe(before)
    for (const { number: reverted } of [renamed, linked, related]) await revert(reverted)
    expect(await revert(number)).toMatchObject({ changeCount: 2 })
    expect((await read(one.id)).deletedAt).not.toBeNull()
  })

  it('a name that was taken meanwhile is not given twice', async () => {
    const [one, other] = [belief({ name: 'The name' }), belief({ name: 'Not yet' })]
    await apply(t, create(one, other))
    const deletion = await apply(t, [{ deleteBelief: one.id }])
    const taking = await apply(t, [{ updateBelief: { id: other.id, name: 'THE NAME' } }], { by: OTHER_CURATOR })
    expect(await obstaclesTo(deletion.number)).toEqual([
      {
        nodeId: one.id,
        label: 'The name',
        message: 'its name "The name" was taken since',
        by: 'otto',
        revision: taking.number,
      },
    ])
  })

  it('a relation whose end was deleted, and one that was made anew, do not come back', async () => {
    const [one, two, three] = [belief({ name: 'One' }), belief({ name: 'Two' }), belief({ name: 'Three' })]
    const [gone, anew] = [relation('SUPPORTS', one, two), relation('REFINES', one, three)]
    await apply(t, [...create(one, two, three), { relateBeliefs: gone }, { relateBeliefs: anew }])
    const { number } = await apply(t, [{ unrelateBeliefs: gone.id }, { unrelateBeliefs: anew.id }])
    const deletion = await apply(t, [{ deleteBelief: two.id }], { by: OTHER_CURATOR })
    const again = await apply(t, [{ relateBeliefs: relation('REFINES', one, three) }])
    expect(await obstaclesTo(number)).toEqual([
      {
        nodeId: gone.id,
        label: 'One SUPPORTS Two',
        message: '"Two", on which it rests, was deleted since',
        by: 'otto',
        revision: deletion.number,
      },
      {
        nodeId: anew.id,
        label: 'One REFINES Three',
        message: 'another relation took its place since',
        by: 'carla',
        revision: again.number,
      },
    ])
  })

  it('a belief has no more than 50 links, also by a revert', async () => {
    const one = belief()
    const values = Array.from({ length: 51 }, () => value())
    const links = values.map((good) => link(one, good))
    await apply(t, [...create(one), ...values.map((createValue) => ({ createValue }))])
    await apply(
      t,
      links.slice(0, 50).map((linkValue) => ({ linkValue })),
    )
    const { number } = await apply(t, [{ unlinkValue: links[0]?.id }])
    const { number: since } = await apply(t, [{ linkValue: links[50] }], { by: OTHER_CURATOR })
    const message = 'its belief would have 51 links with it, of at most 50'
    expect(await obstaclesTo(number)).toMatchObject([{ nodeId: links[0]?.id, message, by: 'otto', revision: since }])
  })

  it('what was changed and then deleted cannot go back to what it was', async () => {
    const one = belief()
    await apply(t, create(one))
    const { number } = await apply(t, [{ updateBelief: { id: one.id, credence: 0.9 } }])
    const deletion = await apply(t, [{ deleteBelief: one.id }], { by: OTHER_CURATOR })
    expect(await obstaclesTo(number)).toMatchObject([
      { label: one.name, message: 'it was deleted since', by: 'otto', revision: deletion.number },
    ])
  })

  it('what is reverted already is said to be so, and what is left of a revision is reverted', async () => {
    const [one, two] = [belief({ credence: 0.2 }), belief({ credence: 0.2 })]
    await apply(t, create(one, two))
    const { number } = await apply(t, [
      { updateBelief: { id: one.id, credence: 0.7 } },
      { updateBelief: { id: two.id, credence: 0.7 } },
    ])
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.2 } }])
    expect(await revert(number)).toMatchObject({ changeCount: 1 })
    const { message, ...refusal } = refusalOf(await tryToRevert(number))
    expect(refusal).toMatchObject({ code: 'CONFLICT', path: 'number', by: 'otto', revision: await head() })
    expect(message).toContain(`revision ${number} is reverted already by otto`)
  })
})

describe('two who revert one revision at once', () => {
  it('revert it once: the other is told that it is reverted', async () => {
    const one = belief({ credence: 0.2 })
    await apply(t, create(one))
    const { number } = await apply(t, [{ updateBelief: { id: one.id, credence: 0.7 } }])
    const answers = await Promise.all([tryToRevert(number), tryToRevert(number)])
    const refusals = answers.filter(({ errors }) => errors)
    expect(refusals).toHaveLength(1)
    expect(refusalOf(refusals[0] ?? {})).toMatchObject({ code: 'CONFLICT', path: 'number', revision: number + 1 })
    expect(await head()).toBe(number + 1)
  })
})

describe('the history of a belief', () => {
  it('has every revision that concerns it whole: message, author, before and after, and what went along', async () => {
    const [one, two, good] = [belief(), belief(), value()]
    const [supports, promotes] = [relation('SUPPORTS', two, one), link(one, good)]
    await apply(t, [...create(one, two), { createValue: good }, { relateBeliefs: supports }, { linkValue: promotes }])
    await apply(t, [{ updateBelief: { id: two.id, credence: 0.1 } }])
    const deletion = await apply(t, [{ deleteBelief: one.id }], { message: 'It is not so.', by: CURATOR })
    const back = await revert(deletion.number)
    const { revisions } = await t.data<{
      revisions: { totalCount: number; nodes: { number: number; changes: { nodes: object[] } }[] }
    }>(
      `query ($id: ID!) { revisions(nodeId: $id) { totalCount nodes { number author message
         changes { totalCount nodes { kind nodeId before after } } } } }`,
      { id: one.id },
    )
    const { id: _, ...state } = { ...one, taskTypes: [], rule: null, level: null }
    const { id: _r, ...related } = { ...supports, note: null }
    const { id: _l, ...linked } = promotes
    expect(revisions.totalCount).toBe(3)
    expect(revisions.nodes[1]).toEqual({
      number: deletion.number,
      author: 'carla',
      message: 'It is not so.',
      changes: {
        totalCount: 3,
        nodes: [
          { kind: 'deleteBelief', nodeId: one.id, before: state, after: null },
          { kind: 'unrelateBeliefs', nodeId: supports.id, before: related, after: null },
          { kind: 'unlinkValue', nodeId: promotes.id, before: linked, after: null },
        ],
      },
    })
    expect(revisions.nodes[0]).toMatchObject({
      number: back.number,
      message: `Reverts revision ${deletion.number}`,
      changes: {
        nodes: [
          { kind: 'createBelief', nodeId: one.id, before: null, after: state },
          { kind: 'relateBeliefs', nodeId: supports.id, before: null, after: related },
          { kind: 'linkValue', nodeId: promotes.id, before: null, after: linked },
        ],
      },
    })
  })
})
