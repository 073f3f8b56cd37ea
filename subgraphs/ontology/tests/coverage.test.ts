import { randomUUID } from 'node:crypto'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentSubgraph } from '../../agent/src/subgraph.ts'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { taskSubgraph } from '../../task/src/subgraph.ts'
import { createOntologySubgraph } from '../src/subgraph.ts'
import { statementsOf } from './statements.ts'
import { apply, belief, embedded, link, refusalOf, startEmpty, value } from './support.ts'

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
/** Tasks that are over: nothing happens to them while the tests look. */
const submitted = async (t: TestSubgraph, types: readonly string[]): Promise<void> => {
  await t.runtime.database.query(
    `insert into task.task (id, type, input, input_hash, priority, state, max_attempts, submitted_by, correlation_id,
                            version, created_at, updated_at, completed_at)
     select gen_random_uuid(), type, '{}', 'hash', 0, 'COMPLETED', 3, 'vera', 'one', 1, now(), now(), now()
     from jsonb_array_elements_text($1::jsonb) as list (type)`,
    [JSON.stringify(types)],
  )
}

const startAmongAll = (): Promise<TestSubgraph> =>
  startTestSubgraph(createOntologySubgraph({ starter: null }), {
    peers: [directiveSubgraph, agentSubgraph, taskSubgraph] as never[],
  })

const namesOf = ({ nodes }: Page): string[] => nodes.map(({ name }) => name)

describe('the coverage', () => {
  let t: TestSubgraph
  beforeAll(async () => {
    t = await startAmongAll()
    await fill(t)
    await submitted(t, ['text.draw', 'math.solve', 'never.asked', 'text.draw', 'image.draw', 'gone'])
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
  })
  afterAll(() => t.dispose())

  it('tells the beliefs in force that never governed a task, by name', async () => {
    const { coverage } = await t.data<{ coverage: { unusedBeliefs: Page } }>(
      `{ coverage { unusedBeliefs { ${PAGE} } } }`,
    )
    expect(namesOf(coverage.unusedBeliefs)).toEqual([idle.name, previewed.name])
    expect(coverage.unusedBeliefs).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: false } })
  })

  it('tells defeated ones too where they are asked for, and counts what it tells', async () => {
    const query = `query ($standing: Standing) { coverage { unusedBeliefs(standing: $standing) { ${PAGE} } } }`
    const unused = async (standing: string | null): Promise<Page> =>
      (await t.data<{ coverage: { unusedBeliefs: Page } }>(query, { standing })).coverage.unusedBeliefs
    const all = await unused(null)
    expect([namesOf(all), all.totalCount]).toEqual([[idle.name, previewed.name, defeated.name], 3])
    const some = await unused('DEFEATED')
    expect([namesOf(some), some.totalCount]).toEqual([[defeated.name], 1])
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

  it('tells the task types of agents and of tasks that no belief in force names, each once, by name', async () => {
    expect(await t.data('{ coverage { ungovernedTaskTypes ungovernedTaskTypesTruncated } }')).toEqual({
      coverage: {
        ungovernedTaskTypes: ['gone', 'image.draw', 'sound.play', 'text.draw'],
        ungovernedTaskTypesTruncated: false,
      },
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

describe('the coverage of much', () => {
  const WHOLE = `query ($first: Int!) { coverage {
    unusedBeliefs(first: $first) { totalCount nodes { id name } edges { node { id } } }
    ungovernedTaskTypes ungovernedTaskTypesTruncated
    valuesWithoutBeliefs(first: $first) { totalCount nodes { id name } }
  } }`
  // What the other subgraphs read for it, too. These statements are theirs for nothing else.
  const READS = /"?\bontology"?\.|from directive\.constraint_belief|unnest\(a\.skill_ids\)|select type from task\.task/
  interface Whole {
    coverage: {
      unusedBeliefs: Page
      ungovernedTaskTypes: string[]
      ungovernedTaskTypesTruncated: boolean
      valuesWithoutBeliefs: Page
    }
  }
  let t: TestSubgraph
  beforeAll(async () => {
    t = await startAmongAll()
  })
  afterAll(() => t.dispose())

  const read = (first: number) => t.data<Whole>(WHOLE, { first })
  const numbered = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => `type.${String(n).padStart(5, '0')}`)

  it('takes as many statements as of little, and tells where it is cut', async () => {
    await apply(t, [
      ...Array.from({ length: 2 }, () => ({ createBelief: belief({ credence: 0.9 }) })),
      { createValue: value() },
    ])
    await submitted(t, numbered(2))
    await embedded(t)
    const few = await statementsOf(t, () => read(1), READS)
    expect((await read(1)).coverage).toMatchObject({
      unusedBeliefs: { totalCount: 2 },
      ungovernedTaskTypes: numbered(2),
      ungovernedTaskTypesTruncated: false,
      valuesWithoutBeliefs: { totalCount: 1 },
    })

    await apply(t, [
      ...Array.from({ length: 60 }, () => ({ createBelief: belief({ credence: 0.9 }) })),
      ...Array.from({ length: 40 }, () => ({ createValue: value() })),
    ])
    await submitted(t, numbered(1001))
    await embedded(t)
    const many = await statementsOf(t, () => read(100), READS)
    const { coverage } = await read(100)
    expect(coverage.unusedBeliefs.nodes).toHaveLength(62)
    expect(coverage.valuesWithoutBeliefs.nodes).toHaveLength(41)
    expect(coverage.ungovernedTaskTypes).toEqual(numbered(1000))
    expect(coverage.ungovernedTaskTypesTruncated).toBe(true)
    // Governed beliefs, skills and task types; of both lists the page, its nodes and its count; what is ungoverned.
    expect(few).toHaveLength(10)
    expect(many).toHaveLength(10)
  })

  it('tells that there may be more where a subgraph knows more than is looked at', async () => {
    const types = numbered(5001)
    const governed = Array.from({ length: 250 }, (_, n) => types.slice(n * 20, (n + 1) * 20))
    await apply(
      t,
      governed.map((taskTypes) => ({ createBelief: belief({ credence: 0.9, taskTypes }) })),
    )
    await submitted(t, types)
    const cut = { ungovernedTaskTypes: [], ungovernedTaskTypesTruncated: true }
    expect((await read(1)).coverage).toMatchObject(cut)
    await t.runtime.database.query('delete from task.task where type = $1', [types.at(-1)])
    expect((await read(1)).coverage).toMatchObject({ ...cut, ungovernedTaskTypesTruncated: false })
  })
})

describe('the coverage without the other subgraphs', () => {
  it('says which of its fields cannot be told, and tells the rest', async () => {
    const t = await startEmpty()
    try {
      await fill(t)
      const { data, errors } = await t.query(
        '{ coverage { unusedBeliefs { totalCount nodes { id } } ungovernedTaskTypes ungovernedTaskTypesTruncated valuesWithoutBeliefs { totalCount } } }',
      )
      expect(data).toEqual({
        coverage: {
          unusedBeliefs: null,
          ungovernedTaskTypes: null,
          ungovernedTaskTypesTruncated: null,
          valuesWithoutBeliefs: { totalCount: 2 },
        },
      })
      const failed = errors?.map((error) => [error.path?.join('.'), refusalOf({ errors: [error] }).code])
      expect(failed?.sort()).toEqual(
        [
          ['coverage.unusedBeliefs', 'UNAVAILABLE'],
          ['coverage.ungovernedTaskTypes', 'UNAVAILABLE'],
          ['coverage.ungovernedTaskTypesTruncated', 'UNAVAILABLE'],
        ].sort(),
      )
    } finally {
      await t.dispose()
    }
  })
})
