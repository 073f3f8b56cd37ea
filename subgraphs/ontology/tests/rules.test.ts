import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { createOntologySubgraph, ontologySubgraph } from '../src/subgraph.ts'
import { readStarter } from '../src/starter.ts'
import { AUTHOR, merge, propose, refusalTo, review, THIRD } from './proposal-support.ts'
import { apply, belief, CURATOR, eventually, refusalOf, refused, startEmpty } from './support.ts'

const starter = readStarter()

describe('the starter ontology', () => {
  let t: TestSubgraph
  beforeAll(async () => {
    t = await startTestSubgraph(ontologySubgraph, { peers: [directiveSubgraph as never] })
    await eventually(async () => (await t.subgraph.ready()) === null, 110_000)
  })
  afterAll(() => t.dispose())

  it('is large enough to begin with: values, beliefs, a third of them with a rule, some that contradict', () => {
    const { values, beliefs, relations } = starter
    expect(values.length).toBeGreaterThanOrEqual(15)
    expect(beliefs.length).toBeGreaterThanOrEqual(50)
    const rules = beliefs.flatMap(({ rule }) => (rule ? [rule as { check: { kind: string } }] : []))
    expect(rules.length).toBeGreaterThanOrEqual(beliefs.length / 3)
    expect(new Set(rules.map(({ check }) => check.kind)).size).toBeGreaterThanOrEqual(4)
    expect(relations.filter(({ type }) => type === 'CONTRADICTS').length).toBeGreaterThanOrEqual(3)
  })

  it('is the first revision, by the mothership', async () => {
    const data = await t.data(
      `{ revision { number author message changeCount } values { totalCount } beliefs { totalCount }
         defeated: beliefs(standing: DEFEATED) { totalCount } overview { truncated relations { id } valueLinks { id } } }`,
    )
    const { values, beliefs, relations, valueLinks, message } = starter
    expect(data).toMatchObject({
      revision: {
        number: 1,
        author: 'mothership',
        message,
        changeCount: values.length + beliefs.length + relations.length + valueLinks.length,
      },
      values: { totalCount: values.length },
      beliefs: { totalCount: beliefs.length },
      overview: { truncated: false },
    })
  })

  it('is searched by meaning as soon as it is ready: "do not lie" finds honesty', async () => {
    const { searchOntology } = await t.data<{ searchOntology: { node: { name: string } }[] }>(
      '{ searchOntology(query: "do not lie") { node { ... on Value { name } ... on Belief { name } } } }',
    )
    expect(searchOntology[0]?.node.name).toBe('Honesty')
  })

  it('is made once: a second start adds nothing', async () => {
    const again = await createOntologySubgraph({ starter }).start(t.runtime)
    await eventually(async () => (await again.ready()) === null)
    expect(await t.data('{ revisions { totalCount } }')).toEqual({ revisions: { totalCount: 1 } })
    await again.dispose()
  })

  it('gives every task of its types a belief with a rule', async () => {
    const types = new Set(starter.beliefs.flatMap(({ taskTypes }) => taskTypes as string[]))
    for (const taskType of types) {
      const { beliefs } = await t.data<{ beliefs: { nodes: { rule: unknown; level: string }[] } }>(
        'query ($taskType: String!) { beliefs(taskType: $taskType, standing: IN_FORCE) { nodes { rule level } } }',
        { taskType },
      )
      expect(
        beliefs.nodes.some(({ rule }) => rule !== null),
        taskType,
      ).toBe(true)
    }
  })

  describe('and rules that are edited', () => {
    const rule = { check: { kind: 'regex', path: '/answer', pattern: '^[0-9]+$' }, phase: 'RESULT', onFail: 'RETRY' }

    it('are kept where the directive subgraph can apply them; the belief is a MUST then, unless it says otherwise', async () => {
      const one = belief({ rule })
      await apply(t, [{ createBelief: one }])
      const read = 'query ($id: ID!) { belief(id: $id) { rule level } }'
      expect(await t.data(read, { id: one.id })).toEqual({ belief: { rule, level: 'MUST' } })
      await apply(t, [{ updateBelief: { id: one.id, level: 'SHOULD' } }])
      expect(await t.data(read, { id: one.id })).toEqual({ belief: { rule, level: 'SHOULD' } })
      await apply(t, [{ updateBelief: { id: one.id, level: null, rule: null } }])
      expect(await t.data(read, { id: one.id })).toEqual({ belief: { rule: null, level: 'SHOULD' } })
    })

    it('are refused where it cannot, with the path of each fault, and nothing is changed', async () => {
      const bad = { check: { kind: 'regex', path: '/answer', pattern: '(' } }
      const one = belief({ rule: bad })
      const refusal = await refused(t, [{ createBelief: belief({ rule }) }, { createBelief: one }])
      expect(refusal.code).toBe('BAD_USER_INPUT')
      expect(refusal.path).toMatch(/^changes\[1\]\.createBelief\.rule\.check/)
      expect(await t.data('query ($id: ID!) { belief(id: $id) { id } }', { id: one.id })).toEqual({ belief: null })
      const single = await t.query(
        'mutation ($input: CreateBeliefInput!) { createBelief(input: $input) { id } }',
        { input: { ...one, rule: { check: { kind: 'magic' } } } },
        CURATOR,
      )
      expect(refusalOf(single).path).toMatch(/^input\.rule/)
    })

    it('are validated when they are proposed, and again when they are merged', async () => {
      const bad = { check: { kind: 'regex', path: '/answer', pattern: '(' } }
      const input = { title: 'A rule', changes: [{ createBelief: belief({ rule: bad }) }] }
      expect((await refusalTo(t, 'createProposal', { input }, AUTHOR)).path).toMatch(
        /^changes\[0\]\.createBelief\.rule/,
      )
      const proposal = await propose(t, [{ createBelief: belief({ rule }) }])
      await review(t, proposal)
      const patched = `update ontology.proposal set changes = jsonb_set(changes, '{0,createBelief,rule}', $2::jsonb)
                       where id = $1::uuid`
      // As if what the directive subgraph can apply were less by now.
      await t.runtime.database.query(patched, [proposal.id, JSON.stringify(bad)])
      expect((await refusalTo(t, 'mergeProposal', { id: proposal.id }, THIRD)).path).toMatch(/^changes\[0\]/)
      await t.runtime.database.query(patched, [proposal.id, JSON.stringify(rule)])
      expect(await merge(t, proposal)).toMatchObject({ status: 'MERGED' })
    })
  })
})

describe('without the subgraph that validates rules', () => {
  it('the starter ontology waits for it, and the process is not ready', async () => {
    const t = await startTestSubgraph(ontologySubgraph)
    expect(await t.subgraph.ready()).toBe('seeding')
    expect(await t.data('{ revision { number } beliefs { totalCount } }')).toEqual({
      revision: null,
      beliefs: { totalCount: 0 },
    })
    await t.dispose()
  })

  it('an edit with a rule is UNAVAILABLE, and one without is made', async () => {
    const t = await startEmpty()
    const one = belief({ rule: { check: { kind: 'cel', expression: 'true' } } })
    expect(await refused(t, [{ createBelief: one }])).toMatchObject({ code: 'UNAVAILABLE' })
    await apply(t, [{ createBelief: { ...one, rule: null } }])
    await t.dispose()
  })
})
