import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { TestSubgraph } from '@mothership/platform/testing'
import { generate, SERVICE, startDirectives } from './fixture.ts'
import { proposing, QUICK } from './wire/asked.ts'
import { INPUT_TOKENS, OUTPUT_TOKENS } from './wire/protocols.ts'
import { gives, startProviders, type WireProviders } from './wire/providers.ts'

let wire: WireProviders
beforeAll(async () => {
  wire = await startProviders()
  wire.always(gives.value(proposing()))
})
afterAll(() => wire.dispose())
afterEach(() => wire.requests.splice(0))

const OPENAI = { OPENAI_API_KEY: 'a', MOTHERSHIP_MODELS: 'openai:gpt-test' }
const start = (variables: Record<string, string>) => startDirectives({ ...OPENAI, ...wire.urls, ...variables }, QUICK)

const TOKENS = INPUT_TOKENS + OUTPUT_TOKENS
const BUDGET = `{
  modelBudget { day isUsedUp maxTokens maxUsd usage { calls inputTokens outputTokens usd } }
  languageModels { provider model state reason }
}`
interface Budget {
  modelBudget: { day: string; isUsedUp: boolean; maxTokens: number | null; usage: { calls: number; usd: number } }
  languageModels: { state: string; reason: string | null }[]
}

describe('the budget of a day', () => {
  it.each([
    ['tokens', { MOTHERSHIP_MODEL_DAILY_TOKENS: String(2 * TOKENS) }, `${2 * TOKENS} of ${2 * TOKENS} tokens`],
    [
      'US dollars',
      { MOTHERSHIP_MODEL_DAILY_USD: '0.01', MOTHERSHIP_MODEL_PRICES: 'openai:gpt-test=3/10' },
      '0.01 of 0.01 USD',
    ],
  ])('in %s turns the models off when it is used up, and says so', async (_name, variables, words) => {
    const directives = await start(variables)
    const next = (turn: number) => generate(directives, { taskType: 'test.solve', input: { turn } })
    expect((await next(1)).engine.provider).toBe('openai')
    expect((await directives.data<Budget>(BUDGET)).languageModels[0]).toMatchObject({ state: 'READY' })
    expect((await next(2)).engine.provider).toBe('openai')

    const { engine, constraints } = await next(3)
    const reason = `The budget of the day is used up: ${words}. It begins anew at midnight UTC.`
    expect(engine).toMatchObject({ provider: 'compiler', model: null, reason })
    expect(constraints.length).toBeGreaterThan(0)
    expect(wire.requests).toHaveLength(2)
    const { modelBudget, languageModels } = await directives.data<Budget>(BUDGET)
    expect(modelBudget).toMatchObject({ isUsedUp: true, usage: { calls: 2, inputTokens: 2 * INPUT_TOKENS } })
    expect(languageModels).toEqual([{ provider: 'openai', model: 'gpt-test', state: 'OFF', reason }])
    // What is known already costs nothing.
    expect((await next(1)).engine).toMatchObject({ provider: 'openai', cached: true })
    await directives.dispose()
  })
})

describe('what was used', () => {
  let directives: TestSubgraph
  beforeAll(async () => {
    directives = await start({ MOTHERSHIP_MODEL_PRICES: 'openai:gpt-test=3/10' })
  })
  afterAll(() => directives.dispose())
  const USD = (INPUT_TOKENS * 3 + OUTPUT_TOKENS * 10) / 1_000_000

  it('is told of a directive, of its task and of the day; an answer of the cache costs nothing', async () => {
    const taskId = randomUUID()
    const first = await generate(directives, { taskType: 'test.solve', taskId }, SERVICE)
    expect(first.modelUsage).toMatchObject({ calls: 1, attempts: 1, usd: expect.closeTo(USD, 9) })
    const again = await generate(directives, { taskType: 'test.solve', taskId: randomUUID() }, SERVICE)
    expect(again.engine).toMatchObject({ cached: true, attempts: 1 })
    expect(again.modelUsage).toMatchObject({ calls: 0, inputTokens: 0, usd: null })
    const { _entities } = await directives.data<{ _entities: { modelUsage: object }[] }>(
      'query($of: [_Any!]!) { _entities(representations: $of) { ... on Task { modelUsage { calls inputTokens usd } } } }',
      { of: [taskId, randomUUID()].map((id) => ({ __typename: 'Task', id })) },
    )
    expect(_entities).toEqual([
      { modelUsage: { calls: 1, inputTokens: INPUT_TOKENS, usd: expect.closeTo(USD, 9) } },
      { modelUsage: { calls: 0, inputTokens: 0, usd: null } },
    ])
  })

  it('is listed by day for as long as days are kept, the newest first, a page at a time', async () => {
    await directives.runtime.database.query(
      `insert into directive.model_usage (id, at, day, provider, model, purpose, attempts, input_tokens, output_tokens, succeeded)
       select gen_random_uuid(), day, day, 'openai', 'gpt-test', 'JUDGE', 2, 10, 1, false
       from (select (now() at time zone 'UTC')::date - ago as day from unnest(array[100, 200, 400, 401]) as ago) as days`,
    )
    const [{ today } = { today: '' }] = await directives.runtime.database.query<{ today: string }>(
      `select (now() at time zone 'UTC')::date::text as today`,
    )
    const daysAgo = (days: number) => new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10)
    const page = async (after: string | null) => {
      const { modelUsage } = await directives.data<{
        modelUsage: {
          nodes: { day: string; usage: object }[]
          totalCount: number
          pageInfo: { endCursor: string; hasNextPage: boolean }
        }
      }>(
        `query($after: Cursor) { modelUsage(first: 2, after: $after) {
          totalCount nodes { day usage { calls failedCalls attempts inputTokens usd } } pageInfo { endCursor hasNextPage }
        } }`,
        { after },
      )
      return modelUsage
    }
    const first = await page(null)
    expect(first.totalCount).toBe(4)
    expect(first.nodes[1]).toEqual({
      day: daysAgo(100),
      usage: { calls: 1, failedCalls: 1, attempts: 2, inputTokens: 10, usd: null },
    })
    const second = await page(first.pageInfo.endCursor)
    expect(second.nodes.map(({ day }) => day)).toEqual([daysAgo(200), daysAgo(400)])
    expect(second.pageInfo.hasNextPage).toBe(false)
  })

  it.each(['{ modelUsage { totalCount } }', '{ modelBudget { day } }'])('is for operators: %s', async (query) => {
    const { errors } = await directives.query(query, {}, { role: 'VIEWER' })
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
    expect((await directives.query(query, {}, { role: 'OPERATOR' })).errors).toBeUndefined()
  })

  // Of a directive likewise: readers.test.ts, as an agent reads those of its own tasks alone.
  it('of a task is for viewers, and not for agents', async () => {
    const query = 'query($of: [_Any!]!) { _entities(representations: $of) { ... on Task { modelUsage { calls } } } }'
    const variables = { of: [{ __typename: 'Task', id: randomUUID() }] }
    expect((await directives.query(query, variables, { role: 'VIEWER' })).errors).toBeUndefined()
    const { errors } = await directives.query(query, variables, { role: 'AGENT' })
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
  })

  it('takes no cursor of another list', async () => {
    const { errors } = await directives.query('{ modelUsage(after: "bm8") { totalCount } }')
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT')
  })
})
