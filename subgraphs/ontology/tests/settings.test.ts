import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, merge, propose, readHead, refusalTo, review, THIRD } from './proposal-support.ts'
import { apply, belief, CURATOR, refusalOf, startEmpty, value } from './support.ts'

let t: TestSubgraph
const one = belief({ name: 'Edited' })
beforeAll(async () => {
  t = await startEmpty()
  await apply(t, [{ createBelief: one }])
})
afterEach(() => set({ directEdits: 'ALLOWED', requiredApprovals: 1 }))
afterAll(() => t.dispose())

const SET = `mutation ($input: UpdateOntologySettingsInput!) {
  updateOntologySettings(input: $input) { directEdits requiredApprovals }
}`

const set = (input: Record<string, unknown>) => t.data(SET, { input }, ADMIN)

describe('the settings', () => {
  it('allow direct edits and ask for one approval until somebody decides otherwise', async () => {
    expect(await t.data('{ ontologySettings { directEdits requiredApprovals } }')).toEqual({
      ontologySettings: { directEdits: 'ALLOWED', requiredApprovals: 1 },
    })
  })

  it('are changed in what is given, by an administrator alone, and each change is an event', async () => {
    expect(await set({ requiredApprovals: 3 })).toMatchObject({
      updateOntologySettings: { directEdits: 'ALLOWED', requiredApprovals: 3 },
    })
    expect(await set({ directEdits: 'PROPOSALS_REQUIRED', requiredApprovals: null })).toMatchObject({
      updateOntologySettings: { directEdits: 'PROPOSALS_REQUIRED', requiredApprovals: 3 },
    })
    await set({ directEdits: 'PROPOSALS_REQUIRED' })
    expect(refusalOf(await t.query(SET, { input: { requiredApprovals: 1 } }, CURATOR)).code).toBe('FORBIDDEN')
    const events = await t.runtime.database.query<{ version: number; payload: unknown }>(
      `select version, payload from events.event where entity_id = 'settings' order by id`,
    )
    expect(events.map(({ version }) => version)).toEqual(events.map((_, place) => place + 1))
    expect(events.at(-1)?.payload).toEqual({ directEdits: 'PROPOSALS_REQUIRED', requiredApprovals: 3, by: 'ada' })
  })

  it('take 1 to 10 approvals', async () => {
    for (const requiredApprovals of [0, 11, -1]) {
      expect(refusalOf(await t.query(SET, { input: { requiredApprovals } }, ADMIN))).toMatchObject({
        code: 'BAD_USER_INPUT',
        path: 'requiredApprovals',
      })
    }
  })

  it('let nobody but the reviewers decide how many approvals there are', async () => {
    await set({ requiredApprovals: 2 })
    const proposal = await propose(t, [{ createValue: value() }])
    await review(t, proposal)
    expect((await refusalTo(t, 'mergeProposal', { id: proposal.id }, ADMIN)).message).toMatch(/1 of the 2/)
    await review(t, proposal, 'APPROVE', THIRD)
    expect(await merge(t, proposal)).toMatchObject({ status: 'MERGED' })
  })
})

describe('where proposals are required', () => {
  it.each([
    ['applyChanges', `applyChanges(changes: [{ updateBelief: { id: "${one.id}", credence: 0.9 } }]) { number }`],
    ['createValue', 'createValue(input: { name: "V", description: "V" }) { id }'],
    ['updateBelief', `updateBelief(input: { id: "${one.id}", credence: 0.9 }) { id }`],
    ['deleteBelief', `deleteBelief(id: "${one.id}") { id }`],
    ['revertRevision', 'revertRevision(number: 1) { number }'],
  ])('%s is refused to curators and administrators, and says what to do', async (_, field) => {
    await set({ directEdits: 'PROPOSALS_REQUIRED' })
    const head = await readHead(t)
    for (const by of [CURATOR, ADMIN]) {
      const refusal = refusalOf(await t.query(`mutation { ${field} }`, {}, by))
      expect(refusal.code).toBe('FORBIDDEN')
      expect(refusal.message).toMatch(/createProposal/)
    }
    expect(await readHead(t)).toBe(head)
  })

  it('a proposal is made and merged all the same', async () => {
    await set({ directEdits: 'PROPOSALS_REQUIRED' })
    const proposal = await propose(t, [{ createValue: value() }])
    await review(t, proposal)
    expect(await merge(t, proposal)).toMatchObject({ status: 'MERGED' })
  })

  it('no edit slips in after the decision, however close they are', async () => {
    const edits = Array.from({ length: 12 }, () =>
      t.query(
        'mutation ($input: CreateValueInput!) { createValue(input: $input) { revision } }',
        { input: value() },
        CURATOR,
      ),
    )
    const decided = set({ directEdits: 'PROPOSALS_REQUIRED' }).then(() => readHead(t))
    const results = await Promise.all(edits)
    const made = results.flatMap(
      ({ data }) => (data as { createValue: { revision: number } } | null)?.createValue ?? [],
    )
    const head = await decided
    for (const { revision } of made) expect(revision).toBeLessThanOrEqual(head)
    expect(await readHead(t)).toBe(head)
  })
})
