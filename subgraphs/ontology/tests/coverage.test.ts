import { randomUUID } from 'node:crypto'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentSubgraph } from '../../agent/src/subgraph.ts'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { createOntologySubgraph } from '../src/subgraph.ts'
import { apply, belief, link, refusalOf, startEmpty, value } from './support.ts'

const governing = belief({ name: 'b governs', credence: 0.9, taskTypes: ['math.solve'] })
const previewed = belief({ name: 'c only previewed', credence: 0.9, taskTypes: ['text.write'] })
const idle = belief({ name: 'A idle', credence: 0.9, taskTypes: ['never.asked'] })
const defeated = belief({ name: 'd defeated', credence: 0.1, taskTypes: ['image.draw'] })
const deleted = belief({ name: 'e deleted', credence: 0.9, taskTypes: ['gone'] })
const linked = value({ name: 'linked' })
const alone = [value({ name: 'b alone' }), value({ name: 'A alone' })]

const fill = async (t: TestSubgraph): Promise<void> => {
  await apply(t, [
    ...[governing, previewed, idle, defeated, deleted].map((createBelief) => ({ createBelief })),
    ...[linked, ...alone].map((createValue) => ({ createValue })),
    { linkValue: link(idle, linked) },
  ])
  await apply(t, [{ deleteBelief: deleted.id }])
}

interface Page {
  nodes: { name: string }[]
  edges: { cursor: string; node: { name: string } }[]
  pageInfo: { hasNextPage: boolean; endCursor: string }
  totalCount: number
}
const PAGE = 'nodes { name } edges { cursor node { name } } pageInfo { hasNextPage endCursor } totalCount'
const namesOf = ({ nodes }: Page): string[] => nodes.map(({ name }) => name)

describe('the coverage', () => {
  let t: TestSubgraph
  beforeAll(async () => {
    const ontology = createOntologySubgraph({ starter: null })
    t = await startTestSubgraph(ontology, { peers: [directiveSubgraph as never, agentSubgraph as never] })
    await fill(t)
    const generate = parse(`mutation ($taskType: String!, $taskId: ID) {
      generateDirective(taskType: $taskType, input: {}, taskId: $taskId) { id } }`)
    await t.runtime.peers.directive(generate, { taskType: 'math.solve', taskId: randomUUID() }, null)
    await t.runtime.peers.directive(generate, { taskType: 'text.write', taskId: null }, null)
    await t.runtime.database.query(
      `with held as (
         insert into agent.credential (id, name, secret_hash, issued_by, revoked_at)
         values (gen_random_uuid(), 'math', 'one', 'admin', null), (gen_random_uuid(), 'old', 'two', 'admin', now())
         returning id, name
       )
       insert into agent.agent (id, credential_id, instance, name, version, skills, skill_ids, concurrency, state)
       select gen_random_uuid(), id, 'one', name, '1', '[]',
              case name when 'math' then array['math.solve', 'sound.play', 'image.draw'] else array['of.the.past'] end, 1, 'IDLE'
       from held`,
    )
  }, 60_000)
  afterAll(() => t.dispose())

  it('tells the beliefs in force that never governed a task, by name', async () => {
    const { coverage } = await t.data<{ coverage: { unusedBeliefs: Page } }>(
      `{ coverage { unusedBeliefs { ${PAGE} } } }`,
    )
    expect(namesOf(coverage.unusedBeliefs)).toEqual([idle.name, previewed.name])
    expect(coverage.unusedBeliefs).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: false } })
  })

  it('pages through them', async () => {
    const query = `query ($after: Cursor) { coverage { unusedBeliefs(first: 1, after: $after) { ${PAGE} } } }`
    const one = (await t.data<{ coverage: { unusedBeliefs: Page } }>(query)).coverage.unusedBeliefs
    expect(one).toMatchObject({ nodes: [{ name: idle.name }], totalCount: 2, pageInfo: { hasNextPage: true } })
    expect(one.edges).toEqual([{ cursor: one.pageInfo.endCursor, node: { name: idle.name } }])
    const after = one.pageInfo.endCursor
    const two = (await t.data<{ coverage: { unusedBeliefs: Page } }>(query, { after })).coverage.unusedBeliefs
    expect(two).toMatchObject({ nodes: [{ name: previewed.name }], pageInfo: { hasNextPage: false } })
  })

  it('tells the task types that agents can do and no belief in force names', async () => {
    expect(await t.data('{ coverage { ungovernedTaskTypes } }')).toEqual({
      coverage: { ungovernedTaskTypes: ['image.draw', 'sound.play'] },
    })
  })

  it('tells the values that no belief promotes or demotes, by name', async () => {
    const { coverage } = await t.data<{ coverage: { valuesWithoutBeliefs: Page } }>(
      `{ coverage { valuesWithoutBeliefs { ${PAGE} } } }`,
    )
    expect(namesOf(coverage.valuesWithoutBeliefs)).toEqual(['A alone', 'b alone'])
    expect(coverage.valuesWithoutBeliefs.totalCount).toBe(2)
  })
})

describe('the coverage without the other subgraphs', () => {
  it('says which of its fields cannot be told, and tells the rest', async () => {
    const t = await startEmpty()
    try {
      await fill(t)
      const { data, errors } = await t.query(
        '{ coverage { unusedBeliefs { totalCount nodes { id } } ungovernedTaskTypes valuesWithoutBeliefs { totalCount } } }',
      )
      expect(data).toEqual({
        coverage: { unusedBeliefs: null, ungovernedTaskTypes: null, valuesWithoutBeliefs: { totalCount: 2 } },
      })
      const failed = errors?.map((error) => [error.path?.join('.'), refusalOf({ errors: [error] }).code])
      expect(failed?.sort()).toEqual(
        [
          ['coverage.unusedBeliefs', 'UNAVAILABLE'],
          ['coverage.ungovernedTaskTypes', 'UNAVAILABLE'],
        ].sort(),
      )
    } finally {
      await t.dispose()
    }
  })
})
