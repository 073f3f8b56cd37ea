import { randomUUID } from 'node:crypto'
import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  apply,
  belief,
  CURATOR,
  link,
  OTHER_CURATOR,
  refusalOf,
  refused,
  relation,
  startEmpty,
  value,
} from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

const read = async (id: string) =>
  (
    await t.data<{ belief: Record<string, unknown> | null }>(
      `query ($id: ID!) { belief(id: $id) {
        id name description credence strength standing level rule taskTypes revision createdAt updatedAt deletedAt asOf
        relatedValues { id value { name } } relations { nodes { id } totalCount } } }`,
      { id },
    )
  ).belief

const strengthOf = async (id: string) => (await read(id))?.['strength']

describe('a single edit', () => {
  it('creates a value and a belief, links and relates them, and answers each', async () => {
    const created = await t.data<Record<string, { id: string }>>(
      `mutation {
        value: createValue(input: { name: "Honesty", description: "What is said is believed." }) { id weight revision }
        one: createBelief(input: { name: "Say what is true", description: "And nothing else.", credence: 0.8 }) { id strength standing level }
        two: createBelief(input: { name: "Say it plainly", description: "Short words.", taskTypes: ["text.write", "text.write"] }) { id credence taskTypes }
      }`,
      {},
      CURATOR,
    )
    expect(created).toMatchObject({
      value: { weight: 0.5, revision: expect.any(Number) },
      one: { strength: 0.8, standing: 'IN_FORCE', level: 'SHOULD' },
      two: { credence: 0.5, taskTypes: ['text.write'] },
    })
    const ids = { value: created['value']?.id, one: created['one']?.id, two: created['two']?.id }
    const joined = await t.data<Record<string, { id: string }>>(
      `mutation ($value: ID!, $one: ID!, $two: ID!) {
        relateBeliefs(input: { type: SUPPORTS, from: $one, to: $two, note: "Truth is plain." }) { id weight note from { name } to { name strength } }
        linkValue(input: { belief: $one, value: $value, effect: PROMOTES, weight: 0.7 }) { id weight effect value { name } belief { name } }
      }`,
      ids,
      CURATOR,
    )
    expect(joined).toMatchObject({
      relateBeliefs: {
        weight: 1,
        note: 'Truth is plain.',
        to: { strength: expect.closeTo(0.5 + 0.5 * (0.64 / 1.64), 12) },
      },
      linkValue: { weight: 0.7, value: { name: 'Honesty' }, belief: { name: 'Say what is true' } },
    })
    const gone = await t.data<Record<string, { from: { name: string } }>>(
      `mutation ($relation: ID!, $link: ID!) {
        unrelateBeliefs(relationId: $relation) { id from { name } note }
        unlinkValue(linkId: $link) { id value { name } }
      }`,
      { relation: joined['relateBeliefs']?.id, link: joined['linkValue']?.id },
      CURATOR,
    )
    expect(gone).toMatchObject({ unrelateBeliefs: { from: { name: 'Say what is true' }, note: 'Truth is plain.' } })
    expect(await strengthOf(String(ids.two))).toBe(0.5)
  })

  it('changes only the fields that are given, and is seen by the next field of the same request', async () => {
    const one = belief({ name: 'To be changed', credence: 0.2 })
    await apply(t, [{ createBelief: one }])
    const data = await t.data<Record<string, unknown>>(
      `mutation ($id: ID!) {
        first: updateBelief(input: { id: $id, credence: 0.9 }) { name credence strength standing revision }
        second: updateBelief(input: { id: $id, name: "Changed" }) { name credence description revision }
      }`,
      { id: one.id },
      CURATOR,
    )
    expect(data).toMatchObject({
      first: { name: 'To be changed', credence: 0.9, strength: 0.9, standing: 'IN_FORCE' },
      second: { name: 'Changed', credence: 0.9, description: one.description },
    })
  })

  it('makes no revision where it changes nothing', async () => {
    const one = belief()
    const { number } = await apply(t, [{ createBelief: one }])
    expect(await apply(t, [{ updateBelief: { id: one.id, name: one.name } }])).toMatchObject({ number })
  })

  it('answers NOT_FOUND with the path for an id that names nothing', async () => {
    const answer = await t.query('mutation { deleteBelief(id: "nothing") { id } }', {}, CURATOR)
    expect(refusalOf(answer)).toMatchObject({ code: 'NOT_FOUND', path: 'id' })
    const update = await t.query(
      'mutation ($id: ID!) { updateValue(input: { id: $id, weight: 1 }) { id } }',
      { id: randomUUID() },
      CURATOR,
    )
    expect(refusalOf(update)).toMatchObject({ code: 'NOT_FOUND', path: 'input.id' })
  })
})

describe('a list of changes', () => {
  it('is one revision, and later changes may name what earlier ones created', async () => {
    const [one, two, good] = [belief({ credence: 0.6 }), belief({ credence: 0.6 }), value()]
    const revision = await apply(
      t,
      [
        { createBelief: one },
        { createBelief: two },
        { createValue: good },
        { relateBeliefs: relation('CONTRADICTS', one, two) },
        { linkValue: link(one, good) },
        { updateBelief: { id: two.id, credence: 0.4 } },
      ],
      { message: 'All at once' },
    )
    expect(revision).toMatchObject({ author: 'carla', message: 'All at once', changeCount: 5 })
    expect(await read(two.id)).toMatchObject({
      credence: 0.4,
      strength: expect.closeTo(0.4 - 0.4 * (0.36 / 1.36), 12),
      standing: 'DEFEATED',
      revision: revision.number,
      asOf: null,
    })
  })

  it('is applied as a whole or not at all', async () => {
    const one = belief()
    expect(await refused(t, [{ createBelief: one }, { deleteBelief: randomUUID() }])).toMatchObject({
      code: 'NOT_FOUND',
      path: 'changes[1].deleteBelief',
    })
    expect(await read(one.id)).toBeNull()
  })

  it('may swap two names', async () => {
    const [one, two] = [belief({ name: 'Left' }), belief({ name: 'Right' })]
    await apply(t, [{ createBelief: one }, { createBelief: two }])
    await apply(t, [{ updateBelief: { id: one.id, name: 'Right' } }, { updateBelief: { id: two.id, name: 'Left' } }])
    expect(await read(one.id)).toMatchObject({ name: 'Right' })
    expect(await read(two.id)).toMatchObject({ name: 'Left' })
  })

  it('takes 1,000 changes and refuses 1,001; what a thing became in the end is one change', async () => {
    const one = belief()
    const updates = Array.from({ length: 1000 }, (_, n) => ({ updateBelief: { id: one.id, credence: n / 1000 } }))
    const many = [{ createBelief: one }, ...updates]
    expect(await refused(t, many)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'changes' })
    expect(await refused(t, [])).toMatchObject({ code: 'BAD_USER_INPUT', path: 'changes' })
    expect(await apply(t, many.slice(0, 1000))).toMatchObject({ changeCount: 1 })
    expect(await strengthOf(one.id)).toBe(0.998)
  })
})

describe('the bounds of an edit', () => {
  const one = belief()
  const good = value()
  beforeAll(() => apply(t, [{ createBelief: one }, { createValue: good }]))
  const other = belief()

  const faults: [string, Record<string, unknown>, string][] = [
    ['an empty name', { createBelief: belief({ name: '  ' }) }, '.createBelief.name'],
    ['a name of 201 characters', { createBelief: belief({ name: 'x'.repeat(201) }) }, '.createBelief.name'],
    [
      'a name that is taken in another case',
      { createBelief: belief({ name: one.name.toUpperCase() }) },
      '.createBelief.name',
    ],
    ['a value name that is taken', { createValue: value({ name: good.name.toLowerCase() }) }, '.createValue.name'],
    [
      'a description of 10,001 characters',
      { updateBelief: { id: one.id, description: 'x'.repeat(10_001) } },
      '.updateBelief.description',
    ],
    ['a name with a NUL', { createBelief: belief({ name: 'a\0b' }) }, '.createBelief.name'],
    ['a name that is null', { updateBelief: { id: one.id, name: null } }, '.updateBelief.name'],
    ['a weight of 0', { createValue: value({ weight: 0 }) }, '.createValue.weight'],
    [
      'a weight above 1',
      { relateBeliefs: relation('SUPPORTS', one, other, { weight: 1.01 }) },
      '.relateBeliefs.weight',
    ],
    ['a credence below 0', { createBelief: belief({ credence: -0.1 }) }, '.createBelief.credence'],
    ['a credence above 1', { updateBelief: { id: one.id, credence: 1.5 } }, '.updateBelief.credence'],
    ['an id that is no UUID', { createBelief: belief({ id: 'mine' }) }, '.createBelief.id'],
    ['a relation to itself', { relateBeliefs: relation('SUPPORTS', one, one) }, '.relateBeliefs.to'],
    ['a malformed task type', { createBelief: belief({ taskTypes: ['ok', 'Not OK'] }) }, '.createBelief.taskTypes[1]'],
    [
      '21 task types',
      { createBelief: belief({ taskTypes: Array.from({ length: 21 }, (_, n) => `t${n}`) }) },
      '.createBelief.taskTypes',
    ],
    [
      'a rule of more than 20 KB',
      { createBelief: belief({ rule: { check: 'x'.repeat(20_001) } }) },
      '.createBelief.rule',
    ],
    ['a rule with a NUL', { createBelief: belief({ rule: { check: ['a\0'] } }) }, '.createBelief.rule'],
    [
      'a note of 2,001 characters',
      { relateBeliefs: relation('SUPPORTS', one, other, { note: 'x'.repeat(2001) }) },
      '.relateBeliefs.note',
    ],
  ]
  it.each(faults)('refuse %s, with its path', async (_name, change, path) => {
    const refusal = await refused(t, [{ createBelief: belief() }, change])
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: `changes[1]${path}` })
    expect(refusal.message).toContain(`changes[1]${path}`)
  })

  it.each([
    ['no field', {}],
    ['two fields', { deleteBelief: one.id, deleteValue: good.id }],
    ['a field that is null', { deleteBelief: null }],
  ])('refuse a change of %s, and say which', async (_name, change) => {
    const refusal = await refused(t, [{ createBelief: belief() }, change])
    expect(refusal.code).toBe('BAD_USER_INPUT')
    expect(refusal.message).toContain('changes[1]')
  })

  it('tell all that is wrong with a change', async () => {
    const { errors } = await t.query(
      'mutation ($input: CreateBeliefInput!) { createBelief(input: $input) { id } }',
      { input: belief({ name: '', credence: 2 }) },
      CURATOR,
    )
    expect(errors?.[0]?.extensions['problems']).toMatchObject([{ path: 'input.name' }, { path: 'input.credence' }])
  })

  it('refuse a relation or a link that exists already', async () => {
    const two = belief()
    await apply(t, [
      { createBelief: two },
      { relateBeliefs: relation('SUPPORTS', one, two) },
      { linkValue: link(two, good) },
    ])
    expect(await refused(t, [{ relateBeliefs: relation('SUPPORTS', one, two) }])).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'changes[0].relateBeliefs',
    })
    expect(await refused(t, [{ linkValue: link(two, good, { effect: 'DEMOTES' }) }])).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'changes[0].linkValue',
    })
    // The other direction, and another type, are other relations.
    await apply(t, [
      { relateBeliefs: relation('SUPPORTS', two, one) },
      { relateBeliefs: relation('CONTRADICTS', one, two) },
    ])
  })

  it('refuse the 51st link of a belief', async () => {
    const two = belief()
    const values = Array.from({ length: 51 }, () => value())
    await apply(t, [{ createBelief: two }, ...values.map((createValue) => ({ createValue }))])
    const links = values.map((one) => ({ linkValue: link(two, one) }))
    expect(await refused(t, links)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'changes[50].linkValue' })
    await apply(t, links.slice(0, 50))
    expect((await read(two.id))?.['relatedValues']).toHaveLength(50)
    expect(await refused(t, links.slice(50))).toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('refuse an id that is taken, by whatever it is', async () => {
    expect(await refused(t, [{ createValue: value({ id: one.id }) }])).toMatchObject({
      code: 'CONFLICT',
      path: 'changes[0].createValue.id',
    })
  })
})

describe('an edit on a base', () => {
  const setUp = async () => {
    const [one, two, good] = [belief(), belief(), value()]
    const tie = relation('REFINES', one, two)
    const changes = [{ createBelief: one }, { createBelief: two }, { createValue: good }, { relateBeliefs: tie }]
    const { number: baseRevision } = await apply(t, changes)
    return { one, two, good, tie, baseRevision }
  }

  it('is refused where a field that it sets was changed since, and says by whom and when', async () => {
    const { one, baseRevision } = await setUp()
    const { number } = await apply(t, [{ updateBelief: { id: one.id, credence: 0.9 } }], { by: OTHER_CURATOR })
    const refusal = await refused(t, [{ updateBelief: { id: one.id, credence: 0.1 } }], { baseRevision })
    expect(refusal).toMatchObject({
      code: 'CONFLICT',
      path: 'changes[0].updateBelief.credence',
      by: 'otto',
      revision: number,
    })
    expect(refusal.message).toMatch(/its credence was changed by otto/)
    expect(await read(one.id)).toMatchObject({ credence: 0.9 })
  })

  it('is applied where others changed other fields, or the same field to the same', async () => {
    const { one, baseRevision } = await setUp()
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.9 } }], { by: OTHER_CURATOR })
    await apply(t, [{ updateBelief: { id: one.id, description: 'Better words.' } }], { baseRevision })
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.9, name: 'Both agree' } }], { baseRevision })
    expect(await read(one.id)).toMatchObject({ credence: 0.9, description: 'Better words.', name: 'Both agree' })
  })

  it('is refused where something that it refers to vanished or says something else', async () => {
    const { one, two, good, tie, baseRevision } = await setUp()
    await apply(t, [{ deleteBelief: two.id }, { updateValue: { id: good.id, name: 'Another meaning' } }], {
      by: OTHER_CURATOR,
    })
    const third = belief()
    await apply(t, [{ createBelief: third }])
    const cases: [Record<string, unknown>, string][] = [
      [{ relateBeliefs: relation('SUPPORTS', one, two) }, 'changes[0].relateBeliefs.to'],
      [{ updateBelief: { id: two.id, credence: 0.3 } }, 'changes[0].updateBelief'],
      [{ deleteBelief: two.id }, 'changes[0].deleteBelief'],
      [{ linkValue: link(one, good) }, 'changes[0].linkValue.value'],
      [{ unrelateBeliefs: tie.id }, 'changes[0].unrelateBeliefs'],
    ]
    for (const [change, path] of cases) {
      expect(await refused(t, [change], { baseRevision })).toMatchObject({ code: 'CONFLICT', path, by: 'otto' })
    }
  })

  it('is refused where it would delete what others changed or tied to it since', async () => {
    const { one, two, baseRevision } = await setUp()
    await apply(t, [{ relateBeliefs: relation('SUPPORTS', two, one) }], { by: OTHER_CURATOR })
    expect(await refused(t, [{ deleteBelief: one.id }], { baseRevision })).toMatchObject({
      code: 'CONFLICT',
      by: 'otto',
    })
  })

  it('lets the last write win where no base is given', async () => {
    const { one } = await setUp()
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.9 } }], { by: OTHER_CURATOR })
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.1 } }])
    expect(await read(one.id)).toMatchObject({ credence: 0.1 })
  })

  it('refuses a base that is not there yet', async () => {
    const refusal = await refused(t, [{ createBelief: belief() }], { baseRevision: 1_000_000 })
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: 'baseRevision' })
  })
})

describe('a deletion', () => {
  it('takes relations and links along in the same revision, and what was supported loses its support', async () => {
    const [one, two, three, good] = [belief({ credence: 1 }), belief(), belief(), value()]
    await apply(t, [
      { createBelief: one },
      { createBelief: two },
      { createBelief: three },
      { createValue: good },
      { relateBeliefs: relation('SUPPORTS', one, two) },
      { relateBeliefs: relation('SUPPORTS', two, three) },
      { relateBeliefs: relation('REFINES', three, one) },
      { linkValue: link(one, good) },
    ])
    expect(await strengthOf(two.id)).toBe(0.75)
    const revision = await apply(t, [{ deleteBelief: one.id }])
    expect(revision.changeCount).toBe(4)
    expect(await read(one.id)).toMatchObject({
      name: one.name,
      deletedAt: expect.anything(),
      relatedValues: [],
      relations: { nodes: [], totalCount: 0 },
    })
    expect(await strengthOf(two.id)).toBe(0.5)
    expect(await strengthOf(three.id)).toBe(0.6)
  })

  it('leaves what is deleted resolvable by reference, and out of lists, graph and edits', async () => {
    const [one, good] = [belief(), value()]
    await apply(t, [{ createBelief: one }, { createValue: good }])
    await apply(t, [{ deleteBelief: one.id }, { deleteValue: good.id }])
    const references = [
      { __typename: 'Belief', id: one.id },
      { __typename: 'Value', id: good.id },
      { __typename: 'Belief', id: randomUUID() },
    ]
    const data = await t.data<Record<string, unknown>>(
      `query ($references: [_Any!]!, $ids: [ID!]!) {
        _entities(representations: $references) { ... on Belief { name deletedAt } ... on Value { label: name } }
        neighborhood(ids: $ids) { beliefs { id } values { id } }
      }`,
      { references, ids: [one.id, good.id] },
    )
    expect(data).toMatchObject({
      _entities: [{ name: one.name, deletedAt: expect.anything() }, { label: good.name }, null],
      neighborhood: { beliefs: [], values: [] },
    })
    expect(await refused(t, [{ updateBelief: { id: one.id, credence: 1 } }])).toMatchObject({ code: 'NOT_FOUND' })
    // Its name is free again, its id is not.
    await apply(t, [{ createBelief: belief({ name: one.name }) }])
    expect(await refused(t, [{ createBelief: belief({ id: one.id }) }])).toMatchObject({ code: 'CONFLICT' })
  })
})

describe('edits at the same time', () => {
  it('are made one after the other: each is a revision, and none is lost', async () => {
    const one = belief({ name: 'Contended' })
    const { number } = await apply(t, [{ createBelief: one }])
    const others = Array.from({ length: 16 }, () => belief())
    const revisions = await Promise.all(
      others.map((other) =>
        apply(t, [{ createBelief: other }, { relateBeliefs: relation('SUPPORTS', other, one, { weight: 0.1 }) }]),
      ),
    )
    expect(revisions.map((revision) => revision.number).sort((a, b) => a - b)).toEqual(
      others.map((_, place) => number + 1 + place),
    )
    expect((await read(one.id))?.['strength']).toBeCloseTo(0.5 + 0.5 * (0.64 / 1.64), 12)
  })
})
