import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '@mothership/platform/database'
import { createDirectiveSubgraph } from '../src/subgraph.ts'
import { parseModelSettings } from '../src/environment.ts'
import { createRetentionStore, RETENTION_JOB } from '../src/store/retention.ts'
import { generate, seeded, SERVICE } from './fixture.ts'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { createOntologySubgraph } from '../../ontology/src/subgraph.ts'

const USAGE_DAYS = 30

let directives: TestSubgraph
let database: Database
let retention: ReturnType<typeof createRetentionStore>
let sentAtStart = 0
const jobsIn = async (state: string): Promise<number> =>
  (await database.query('select from pgboss.job where name = $1 and state::text = $2', [RETENTION_JOB, state])).length
beforeAll(async () => {
  const settings = () => parseModelSettings({ MOTHERSHIP_MODEL_USAGE_DAYS: String(USAGE_DAYS) })
  const ontology = createOntologySubgraph({ starter: null }) as never
  directives = await startTestSubgraph(createDirectiveSubgraph({ settings }), { peers: [ontology] })
  database = directives.runtime.database
  retention = createRetentionStore(directives.runtime, settings())
  // The job of the start has nothing to do, and is out of the way of what is counted here.
  await seeded(async () => (sentAtStart = await jobsIn('completed')) > 0)
})
afterAll(() => directives.dispose())

const aDirective = async () => generate(directives, { taskType: 'test.solve', taskId: randomUUID() }, SERVICE)

/** Calls of so many days ago: each of 10 and 1 tokens, and a tenth of them failed. */
const call = (given: { ago: number; count: number; directiveId?: string; taskId?: string | null; usd?: number }) =>
  database.query(
    `insert into directive.model_usage
       (id, at, day, provider, model, purpose, directive_id, task_id, attempts, input_tokens, output_tokens, usd, succeeded)
     select gen_random_uuid(), now() - make_interval(days => $1), (now() at time zone 'UTC')::date - $1::integer, 'openai',
            'gpt-test', 'JUDGE', $3::uuid, $4::text, 2, 10, 1, $5::float8, n % 10 <> 0
     from generate_series(1, $2::integer) as n`,
    [given.ago, given.count, given.directiveId ?? null, given.taskId ?? null, given.usd ?? null],
  )

const countOf = async (table: string): Promise<number> => {
  const [row] = await database.query<{ count: number }>(`select count(*)::integer as count from directive.${table}`)
  return row?.count ?? 0
}

const USAGE = 'calls failedCalls attempts inputTokens outputTokens usd'
/** What a directive used, and what its task did. */
const usageOf = async ({ id, taskId }: { id: string; taskId: string | null }) => {
  const { directive, _entities } = await directives.data<{
    directive: { modelUsage: object }
    _entities: { modelUsage: object }[]
  }>(
    `query ($id: ID!, $of: [_Any!]!) {
      directive(id: $id) { modelUsage { ${USAGE} } }
      _entities(representations: $of) { ... on Task { modelUsage { ${USAGE} } } }
    }`,
    { id, of: [{ __typename: 'Task', id: taskId }] },
  )
  return [directive.modelUsage, _entities[0]?.modelUsage]
}

const forgetAll = async (): Promise<void> => {
  while (await retention.forgetSome());
}

describe('what language models used', () => {
  it('is kept day by day for some days, and for directives and tasks as long as these are', async () => {
    const [priced, unpriced] = [await aDirective(), await aDirective()]
    await call({ ago: USAGE_DAYS + 1, count: 20, directiveId: priced.id, taskId: priced.taskId, usd: 0.5 })
    await call({ ago: USAGE_DAYS, count: 1, directiveId: priced.id, taskId: priced.taskId, usd: 0.5 })
    await call({ ago: 3 * USAGE_DAYS, count: 10, directiveId: unpriced.id, taskId: unpriced.taskId })
    const before = [await usageOf(priced), await usageOf(unpriced)]
    const ofPriced = { calls: 21, failedCalls: 2, attempts: 42, inputTokens: 210, outputTokens: 21, usd: 10.5 }
    expect(before[0]).toEqual([ofPriced, ofPriced])
    expect(before[1]?.[0]).toMatchObject({ calls: 10, usd: null })

    await forgetAll()
    expect(await countOf('model_usage')).toBe(1)
    expect([await usageOf(priced), await usageOf(unpriced)]).toEqual(before)
    const { modelUsage } = await directives.data<{ modelUsage: { totalCount: number; nodes: object[] } }>(
      `{ modelUsage { totalCount nodes { usage { ${USAGE} } } } }`,
    )
    expect(modelUsage).toMatchObject({ totalCount: 1, nodes: [{ usage: { calls: 1, usd: 0.5 } }] })
    // More of the same grows old later.
    await call({ ago: USAGE_DAYS + 1, count: 10, directiveId: unpriced.id, taskId: unpriced.taskId, usd: 1 })
    await forgetAll()
    await forgetAll()
    expect((await usageOf(unpriced))[0]).toMatchObject({ calls: 20, failedCalls: 2, usd: 10 })
  })

  it('goes with its day where no directive was kept, but counts for the task that was given another', async () => {
    const directive = await aDirective()
    const sums = await countOf('model_usage_sum')
    await call({ ago: USAGE_DAYS + 1, count: 5, directiveId: randomUUID(), taskId: randomUUID() })
    await call({ ago: USAGE_DAYS + 1, count: 5 })
    await call({ ago: USAGE_DAYS + 1, count: 5, directiveId: randomUUID(), taskId: directive.taskId })
    await forgetAll()
    expect(await countOf('model_usage_sum')).toBe(sums + 1)
    const [own, ofTask] = await usageOf(directive)
    expect([own, ofTask]).toMatchObject([{ calls: 0 }, { calls: 5 }])
  })

  it('is counted once, however many processes forget at once', async () => {
    const some = await Promise.all([aDirective(), aDirective(), aDirective()])
    for (const { id, taskId } of some) await call({ ago: USAGE_DAYS + 1, count: 1500, directiveId: id, taskId })
    await Promise.all(Array.from({ length: 4 }, forgetAll))
    await forgetAll()
    for (const one of some) expect(await usageOf(one)).toMatchObject([{ calls: 1500 }, { calls: 1500 }])
    expect(await countOf('model_usage')).toBe(1)
  })
})

describe('in the background', () => {
  it('old calls, replays and claims are forgotten, and neither directives nor their reports are', async () => {
    const directive = await aDirective()
    await directives.data('mutation ($id: ID!) { checkCompliance(directiveId: $id, result: {}) { id } }', {
      id: directive.id,
    })
    await database.query(`update directive.directive set created_at = now() - interval '20 years'`)
    await database.query(`update directive.compliance_report set checked_at = now() - interval '20 years'`)
    await call({ ago: USAGE_DAYS + 1, count: 2500, directiveId: directive.id, taskId: directive.taskId })
    await database.query(
      `with replay as (
         insert into directive.replay
           (id, author, state, changes, base_revision, last, total, version, told_at, started_at, ended_at)
         select gen_random_uuid(), 'ada', case when n = 1 then 'RUNNING' else 'COMPLETED' end, '[]', 1, 1, 1, 1, now(), now(),
                case when n > 1 then now() - make_interval(days => 29 + n) end
         from generate_series(1, 12) as n returning id
       )
       insert into directive.replay_difference select id, 1, 'task', '{}' from replay`,
    )
    await database.query(
      `insert into directive.model_claim values
         ('dead', gen_random_uuid(), now() - interval '2 hours'), ('alive', gen_random_uuid(), now())`,
    )
    const kept = async () => Promise.all(['directive', 'compliance_report'].map(countOf))
    const before = await kept()

    await retention.requestRetention()
    await expect.poll(() => countOf('model_claim'), { timeout: 60_000 }).toBe(1)
    await expect.poll(() => countOf('model_usage'), { timeout: 60_000 }).toBe(1)
    // One runs; the others have been over for 30 days and more.
    await expect.poll(() => countOf('replay'), { timeout: 60_000 }).toBe(1)
    expect(await countOf('replay_difference')).toBe(1)
    expect(await kept()).toEqual(before)
    expect((await usageOf(directive))[0]).toMatchObject({ calls: 2500 })
  })

  it('what grew old is looked for at each start', () => {
    expect(sentAtStart).toBe(1)
  })
})
