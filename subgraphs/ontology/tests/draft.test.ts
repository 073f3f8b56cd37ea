import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { createOntologySubgraph } from '../src/subgraph.ts'
import { statementsOf } from './statements.ts'
import {
  apply,
  belief,
  CURATOR,
  embedded,
  eventually,
  link,
  OTHER_CURATOR,
  refusalOf,
  relation,
  SERVICE,
  value,
} from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startTestSubgraph(createOntologySubgraph({ starter: null }), { peers: [directiveSubgraph as never] })
  await eventually(async () => (await t.subgraph.ready()) === null)
})
afterAll(() => t.dispose())

const GOVERNING = `revision isSettled
  tasks { isByMeaning candidates { beliefId relevance } mustsCut shouldsCut }
  beliefs { id name description strength standing level rule revision relatedValues { effect weight value { id weight name } } }
  contradictions { type weight from { id } to { id } }`
const NOW = `query ($tasks: [GovernedTaskInput!]!, $limit: Int) { governingBeliefs(tasks: $tasks, limit: $limit) { ${GOVERNING} } }`
const AFTER = `query ($changes: [OntologyChangeInput!]!, $baseRevision: Int!, $tasks: [GovernedTaskInput!]!
  $limit: Int) {
  governingBeliefsOfDraft(changes: $changes, baseRevision: $baseRevision, tasks: $tasks, limit: $limit) { ${GOVERNING} }
}`
const DRAFT = `query ($changes: [OntologyChangeInput!], $proposalId: ID) {
  ontologyDraft(changes: $changes, proposalId: $proposalId) { changes baseRevision }
}`
interface Task {
  taskType: string
  text: string
}
interface Draft {
  changes: object[]
  baseRevision: number
}

const draftOf = async (given: { changes?: object[]; proposalId?: string }): Promise<Draft> =>
  (await t.data<{ ontologyDraft: Draft }>(DRAFT, given, SERVICE)).ontologyDraft
interface Governing {
  revision: number
  tasks: object[]
  beliefs: object[]
  contradictions: object[]
}
const after = async (draft: Draft, tasks: Task[], limit = 500): Promise<Governing> =>
  (await t.data<{ governingBeliefsOfDraft: Governing }>(AFTER, { ...draft, tasks, limit }, SERVICE))
    .governingBeliefsOfDraft
const now = async (tasks: Task[], limit = 500): Promise<Governing> =>
  (await t.data<{ governingBeliefs: Governing }>(NOW, { tasks, limit }, SERVICE)).governingBeliefs

/** Similarities of one model on the same words differ in the last digits, by the way in which vectors are averaged. */
const rounded = <T>(told: T): T =>
  JSON.parse(
    JSON.stringify(told, (key, held: unknown) => (key === 'relevance' ? Number((held as number).toFixed(4)) : held)),
  ) as T
const inOrder = (list: object[]): object[] =>
  [...list].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
const comparable = ({ revision: _, beliefs, contradictions, ...rest }: Governing) =>
  rounded({ ...rest, beliefs: inOrder(beliefs), contradictions: inOrder(contradictions) })

const tasks: Task[] = [
  { taskType: 'math.solve', text: 'Solve the equation of a falling stone' },
  { taskType: 'letter.write', text: 'Write to a customer that the parcel is late' },
]
const [verified, guessed, polite, short, honest] = [
  belief({ name: 'Solutions are verified', credence: 0.9, taskTypes: ['math.solve'] }),
  belief({ name: 'A guess will do', credence: 0.6, taskTypes: ['math.solve'] }),
  belief({ name: 'Letters to customers are polite', description: 'A customer is written to kindly.', credence: 0.9 }),
  belief({ name: 'Letters are short', description: 'A letter to a customer fits a page.', credence: 0.9 }),
  belief({ name: 'Customers are told the truth', description: 'A late parcel is called late.', credence: 0.9 }),
] as const
const [care, speed] = [value({ name: 'Care', weight: 0.9 }), value({ name: 'Speed', weight: 0.4 })] as const
const against = relation('CONTRADICTS', verified, guessed, { weight: 0.1 })
const promotes = link(verified, care, { weight: 0.7 })

/** What the draft is said to give is what there is when it is saved. */
const expectForesight = async (changes: object[], limit = 500): Promise<Governing> => {
  await embedded(t)
  const draft = await draftOf({ changes })
  const before = await t.data('{ revision { number } beliefs { totalCount } }')
  const foreseen = await after(draft, tasks, limit)
  expect(await t.data('{ revision { number } beliefs { totalCount } }')).toEqual(before)
  await apply(t, draft.changes as never)
  await embedded(t)
  const found = await now(tasks, limit)
  expect(foreseen.revision + 1).toBe(found.revision)
  expect(comparable(foreseen)).toEqual(comparable(found))
  return found
}

describe('what would govern tasks after a draft', () => {
  beforeAll(async () => {
    await apply(t, [
      ...[verified, guessed, polite, short].map((createBelief) => ({ createBelief })),
      ...[care, speed].map((createValue) => ({ createValue })),
      { relateBeliefs: against },
      { linkValue: promotes },
    ])
  })

  it.each<[string, () => object[]]>([
    ['a new belief that is relevant by its words', () => [{ createBelief: honest }]],
    ['a belief that is defeated by another', () => [{ relateBeliefs: relation('CONTRADICTS', polite, guessed) }]],
    [
      'other words',
      () => [{ updateBelief: { id: short.id, name: 'Proofs are elegant', description: 'In mathematics.' } }],
    ],
    ['other task types', () => [{ updateBelief: { id: polite.id, taskTypes: ['letter.write'] } }]],
    [
      'a rule and a level',
      () => [
        { updateBelief: { id: verified.id, rule: { check: { kind: 'steps', require: ['verify'] } }, level: 'SHOULD' } },
      ],
    ],
    [
      'another credence, which others follow',
      () => [
        { updateBelief: { id: verified.id, credence: 0.2 } },
        { relateBeliefs: relation('SUPPORTS', verified, polite, { weight: 0.5 }) },
      ],
    ],
    [
      'a value that weighs more, and links',
      () => [
        { updateValue: { id: care.id, weight: 1 } },
        { unlinkValue: promotes.id },
        { linkValue: link(honest, care, { weight: 0.3 }) },
        { linkValue: link(honest, speed, { effect: 'DEMOTES' }) },
      ],
    ],
    ['a belief and a value that go', () => [{ deleteBelief: polite.id }, { deleteValue: speed.id }]],
    [
      'a new belief with new links and a contradiction',
      () => {
        const added = belief({ name: 'Letters are long', credence: 0.95, taskTypes: ['letter.write'] })
        const shortened = belief({ name: 'Letters are kept short', credence: 0.95, taskTypes: ['letter.write'] })
        const patience = value({ name: 'Patience' })
        return [
          { createBelief: added },
          { createBelief: shortened },
          { createValue: patience },
          { linkValue: link(added, patience) },
          { relateBeliefs: relation('CONTRADICTS', added, shortened, { weight: 0.1 }) },
        ]
      },
    ],
  ])('is what governs them once it is saved: %s', async (_, changes) => {
    await expectForesight(changes())
  })

  it('have every relevant MUST, which the draft makes of them, and tell how many SHOULDs were cut', async () => {
    const about = 'The late parcel of the customer'
    const names = (governing: Governing) => governing.beliefs.map((one) => (one as { name: string }).name)
    const rule = { check: { kind: 'steps', require: ['write'] } }
    const [named, byLevel, byRule, habit] = [
      belief({ name: 'Letters have a date', credence: 0.9, taskTypes: ['letter.write'] }),
      belief({ name: `${about} is named`, credence: 0.9 }),
      belief({ name: `${about} is apologised for`, credence: 0.9, rule, level: 'SHOULD' }),
      belief({ name: `${about} is mentioned first`, credence: 0.9 }),
    ] as const
    const before = await expectForesight(
      [named, byLevel, byRule, habit].map((createBelief) => ({ createBelief })),
      1,
    )
    for (const { name } of [byLevel, byRule, habit]) expect(names(before)).not.toContain(name)
    const made = await expectForesight(
      [{ updateBelief: { id: byLevel.id, level: 'MUST' } }, { updateBelief: { id: byRule.id, level: null } }],
      1,
    )
    expect(names(made)).toEqual(expect.arrayContaining([byLevel.name, byRule.name]))
    expect(names(made)).not.toContain(habit.name)
    const cutOf = ({ tasks: [, letter] }: Governing) => (letter as { shouldsCut: number }).shouldsCut
    expect(cutOf(made)).toBe(cutOf(before) - 2)
  })

  it('are many tasks of one snapshot, each as if it were asked for alone', async () => {
    const [first, second] = await Promise.all(tasks.map((task) => now([task])))
    const both = await now(tasks)
    expect(both.tasks).toEqual([...(first?.tasks ?? []), ...(second?.tasks ?? [])])
    const ids = new Set([...(first?.beliefs ?? []), ...(second?.beliefs ?? [])].map((one) => JSON.stringify(one)))
    expect(inOrder(both.beliefs)).toEqual(inOrder([...ids].map((one) => JSON.parse(one) as object)))
  })

  it('takes as many statements more as there are tasks, and none for what else is changed', async () => {
    const some = await draftOf({ changes: [{ createBelief: belief() }] })
    const many = await draftOf({ changes: Array.from({ length: 30 }, () => ({ createBelief: belief() })) })
    const [few, more] = [
      await statementsOf(t, () => after(some, tasks)),
      await statementsOf(t, () => after(many, tasks)),
    ]
    expect(more.length).toBe(few.length)
  })
})

describe('a draft', () => {
  const faultsOf = async (given: object) => refusalOf(await t.query(DRAFT, { ...given }, SERVICE))

  it('is refused with the faults and paths that a preview gives', async () => {
    const changes = [
      { createBelief: belief() },
      { updateBelief: { id: belief().id, credence: 0.5 } },
      { createBelief: belief({ rule: { check: { kind: 'regex', path: '', pattern: '(' } } }) },
    ]
    const preview = `query ($changes: [OntologyChangeInput!]!) { previewChanges(changes: $changes) { problems { path } } }`
    const { previewChanges } = await t.data<{ previewChanges: { problems: { path: string }[] } }>(
      preview,
      { changes },
      CURATOR,
    )
    const { errors } = await t.query(DRAFT, { changes }, SERVICE)
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: previewChanges.problems[0]?.path })
    const problems = errors?.[0]?.extensions['problems'] as { path: string }[]
    expect(problems.map(({ path }) => path)).toEqual(previewChanges.problems.map(({ path }) => path))
    expect(await faultsOf({ changes: [] })).toMatchObject({ code: 'BAD_USER_INPUT', path: 'changes' })
    const nothing = [{ updateBelief: { id: verified.id, name: verified.name } }]
    expect(await faultsOf({ changes: nothing })).toMatchObject({ code: 'BAD_USER_INPUT', path: 'changes' })
    expect(await faultsOf({})).toMatchObject({ code: 'BAD_USER_INPUT', path: 'changes' })
  })

  it('of a proposal is what it changes while it is open, and refused where others are in its way', async () => {
    const create = `mutation ($input: CreateProposalInput!) { createProposal(input: $input) { id baseRevision } }`
    const propose = async (changes: object[]) =>
      (
        await t.data<{ createProposal: { id: string; baseRevision: number } }>(
          create,
          { input: { title: 'A draft', changes } },
          CURATOR,
        )
      ).createProposal
    const open = await propose([{ updateBelief: { id: verified.id, credence: 0.7 } }])
    expect(await draftOf({ proposalId: open.id })).toEqual({
      changes: [{ updateBelief: { id: verified.id, credence: 0.7 } }],
      baseRevision: open.baseRevision,
    })
    await apply(t, [{ updateBelief: { id: verified.id, credence: 0.65 } }], { by: OTHER_CURATOR })
    expect(await faultsOf({ proposalId: open.id })).toMatchObject({ code: 'CONFLICT' })
    const closed = await propose([{ updateBelief: { id: verified.id, credence: 0.8 } }])
    await t.data('mutation ($id: ID!) { closeProposal(id: $id) { id } }', { id: closed.id }, CURATOR)
    expect(await faultsOf({ proposalId: closed.id })).toMatchObject({ code: 'CONFLICT', path: 'proposalId' })
    expect(await faultsOf({ proposalId: belief().id })).toMatchObject({ code: 'NOT_FOUND', path: 'proposalId' })
  })

  it('is for subgraphs, of 1 to 20 tasks, and in conflict with what others changed since', async () => {
    const draft = await draftOf({ changes: [{ updateBelief: { id: verified.id, credence: 0.31 } }] })
    const codeOf = async (given: Draft, count: number, identity: object = SERVICE) => {
      const variables = { ...given, tasks: Array.from({ length: count }, () => tasks[0]) }
      const { errors } = await t.query(AFTER, variables, identity)
      return errors?.[0]?.extensions['code']
    }
    expect(await codeOf(draft, 1, { role: 'ADMIN' })).toBe('FORBIDDEN')
    expect((await t.query(DRAFT, { changes: [] }, { role: 'ADMIN' })).errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
    expect([await codeOf(draft, 0), await codeOf(draft, 21), await codeOf(draft, 20)]).toEqual([
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
      undefined,
    ])
    await apply(t, [{ updateBelief: { id: verified.id, credence: 0.5 } }])
    expect(await codeOf(draft, 1)).toBe('CONFLICT')
  })
})
