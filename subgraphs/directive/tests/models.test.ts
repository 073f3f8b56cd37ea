import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, testLogger, type TestSubgraph } from '@mothership/platform/testing'
import { z } from 'zod'
import { parseModelSettings } from '../src/environment.ts'
import { createBudget } from '../src/models/budget.ts'
import { createChain, type Pacing } from '../src/models/chain.ts'
import { createUsageStore } from '../src/store/model-usage.ts'
import { generate, ids, startDirectives } from './fixture.ts'
import { dataOf, proposing, QUICK } from './wire/asked.ts'
import { INPUT_TOKENS, OUTPUT_TOKENS } from './wire/protocols.ts'
import { gives, startProviders, type WireProviders } from './wire/providers.ts'

let wire: WireProviders
beforeAll(async () => {
  wire = await startProviders()
})
afterAll(() => wire.dispose())

const VERIFY = proposing({
  statement: 'The roots are substituted back.',
  phase: 'RESULT',
  check: { kind: 'evidence', types: ['substitution'], min: 1 },
  because: [ids.verify],
})

/** Each asks for something else, so that no answer of the cache serves it. */
let asked = 0
const another = (directives: TestSubgraph) =>
  generate(directives, { taskType: 'test.solve', input: { expression: `x = ${++asked}` } })

const PROVIDERS = [
  {
    name: 'openai',
    variables: { OPENAI_API_KEY: 'openai-key', MOTHERSHIP_MODELS: 'openai:gpt-test' },
    engine: { provider: 'openai', model: 'gpt-test' },
    path: '/v1/chat/completions',
    header: ['authorization', 'Bearer openai-key'],
  },
  {
    name: 'anthropic',
    variables: { ANTHROPIC_API_KEY: 'anthropic-key', MOTHERSHIP_MODELS: 'anthropic:claude-test' },
    engine: { provider: 'anthropic', model: 'claude-test' },
    path: '/v1/messages',
    header: ['x-api-key', 'anthropic-key'],
  },
  {
    name: 'google',
    variables: { GOOGLE_API_KEY: 'google-key', MOTHERSHIP_MODELS: 'google:gemini-test' },
    engine: { provider: 'google', model: 'gemini-test' },
    path: '/v1beta/models/gemini-test:generateContent',
    header: ['x-goog-api-key', 'google-key'],
  },
  {
    name: 'a compatible server',
    variables: { MOTHERSHIP_MODELS: 'compatible:llama3:8b' },
    engine: { provider: 'openai', model: 'llama3:8b' },
    path: '/local/v1/chat/completions',
    header: ['authorization', 'Bearer none'],
  },
] as const

describe.each(PROVIDERS)('a model of $name', ({ variables, engine, path, header }) => {
  let directives: TestSubgraph
  beforeAll(async () => {
    directives = await startDirectives({ ...variables, ...wire.urls }, { ...QUICK, failures: 100 })
  })
  afterAll(() => directives.dispose())
  afterEach(() => wire.requests.splice(0))

  const COMPILED = ['Nobody guesses', 'Answers are verified']
  const namesOf = ({ constraints }: Awaited<ReturnType<typeof another>>, origin: string): string[] =>
    constraints.filter((one) => one.origin === origin).map(({ because }) => because[0]!.beliefName)

  it('is asked over its own protocol, with its schema, key and fenced data, and adds what it cites', async () => {
    wire.next(gives.value(VERIFY))
    const directive = await another(directives)
    expect(wire.requests).toHaveLength(1)
    const [request] = wire.requests
    expect(request?.path).toBe(path)
    expect(request?.headers[header[0]]).toBe(header[1])
    expect(request?.text).toContain('"because"')
    if (!path.includes(engine.model)) expect(request?.body['model']).toBe(engine.model)
    expect(dataOf(request!)).toMatchObject({
      taskType: 'test.solve',
      input: JSON.stringify({ expression: `x = ${asked}` }),
      constraints: expect.arrayContaining([
        expect.objectContaining({ level: 'MUST', beliefs: [{ id: ids.verify, name: 'Answers are verified' }] }),
      ]),
    })
    expect(directive.engine).toEqual({ ...engine, cached: false, attempts: 1, reason: null, dropped: 0 })
    expect(namesOf(directive, 'COMPILED').sort()).toEqual([...COMPILED].sort())
    expect(directive.constraints.at(-1)).toMatchObject({
      origin: 'MODEL',
      level: 'SHOULD',
      onFail: 'WARN',
      statement: 'The roots are substituted back.',
      check: { kind: 'evidence', types: ['substitution'], min: 1 },
    })
    expect(directive.modelUsage).toEqual({
      calls: 1,
      failedCalls: 0,
      attempts: 1,
      inputTokens: INPUT_TOKENS,
      outputTokens: OUTPUT_TOKENS,
      usd: null,
    })
  })

  it.each([
    ['429', gives.status(429), 0],
    ['500', gives.status(500), 0],
    ['a connection that breaks', gives.brokenConnection(), 0],
    ['a body that is cut off', gives.truncatedBody(VERIFY), 0],
    ['an answer that is cut off', gives.cutOff('{"constraints": [{"sta'), 1],
    ['words', gives.value('Here you are!'), 1],
    ['an answer of another shape', gives.value({ constraints: [{ statement: 1 }] }), 1],
  ])('is asked again after %s', async (_name, failure, paid) => {
    wire.next(failure, gives.value(VERIFY))
    const directive = await another(directives)
    expect(wire.requests).toHaveLength(2)
    expect(wire.requests[1]?.path).toBe(path)
    expect(directive.engine).toMatchObject({ ...engine, attempts: 2 })
    expect(directive.modelUsage).toMatchObject({
      calls: 1,
      failedCalls: 0,
      attempts: 2,
      inputTokens: INPUT_TOKENS * (1 + paid),
    })
  })

  it.each([
    ['401', gives.status(401), 'refused the key (401)', 0],
    ['404, which a wrong model gives', gives.status(404), 'does not know this model or address (404)', 0],
    ['400', gives.status(400), 'answered 400', 0],
    ['a refusal', gives.refusal(), 'refused to answer', null],
  ])('is not asked again after %s: the compiler goes on alone, and says why', async (_name, failure, why, paid) => {
    wire.next(failure, gives.value(VERIFY))
    const directive = await another(directives)
    expect(wire.requests).toHaveLength(1)
    const name = variables.MOTHERSHIP_MODELS
    expect(directive.engine).toMatchObject({ provider: 'compiler', model: null })
    expect(directive.engine.reason).toBe(`No language model answered: ${name} ${why}.`)
    expect(namesOf(directive, 'COMPILED').sort()).toEqual([...COMPILED].sort())
    expect(namesOf(directive, 'MODEL')).toEqual([])
    expect(directive.modelUsage).toMatchObject({
      calls: 1,
      failedCalls: 1,
      ...(paid !== null && { inputTokens: paid }),
    })
    // What a provider writes may repeat the key.
    expect(JSON.stringify(directive)).not.toContain('secret')
  })

  it('waits as long as it is told to', async () => {
    const at: number[] = []
    wire.next(
      (request, response) => {
        at.push(performance.now())
        gives.status(429, { 'retry-after': '1' })(request, response)
      },
      (request, response) => {
        at.push(performance.now())
        gives.value(VERIFY)(request, response)
      },
    )
    expect((await another(directives)).engine).toMatchObject({ ...engine, attempts: 2 })
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(990)
  })
})

describe.each(PROVIDERS)('a model of $name, where a try may take a second', ({ variables, engine, path }) => {
  let directives: TestSubgraph
  beforeAll(async () => {
    const impatient = { ...variables, ...wire.urls, MOTHERSHIP_MODEL_TIMEOUT_SECONDS: '1' }
    directives = await startDirectives(impatient, { ...QUICK, attempts: 10 })
  })
  afterAll(() => directives.dispose())
  afterEach(() => wire.requests.splice(0))

  it.each([
    ['a hung connection', gives.nothing()],
    ['a body that never ends', gives.slowBody()],
  ])('is asked again after %s', async (_name, failure) => {
    wire.always(gives.value(VERIFY))
    wire.next(failure)
    const directive = await another(directives)
    expect(wire.requests[1]?.path).toBe(path)
    expect(directive.engine).toMatchObject(engine)
    // More than two where the machine is so busy that a second is not enough; a try may end before its request has come.
    expect(directive.engine.attempts).toBeGreaterThanOrEqual(2)
  })
})

describe('several models', () => {
  let directives: TestSubgraph
  const variables = {
    OPENAI_API_KEY: 'a',
    ANTHROPIC_API_KEY: 'b',
    GOOGLE_API_KEY: 'c',
    MOTHERSHIP_MODELS: 'google:gemini-test, openai:gpt-test, anthropic:claude-test',
  }
  beforeAll(async () => {
    directives = await startDirectives(
      { ...variables, ...wire.urls },
      { ...QUICK, attempts: 1, openMilliseconds: 600_000 },
    )
  })
  afterAll(() => directives.dispose())
  afterEach(() => wire.requests.splice(0))
  const protocols = () => wire.requests.map(({ protocol }) => protocol)
  const states = async () =>
    (
      await directives.data<{ languageModels: { provider: string; state: string; reason: string | null }[] }>(
        '{ languageModels { provider model state reason } }',
      )
    ).languageModels

  it('are tried in their order until one answers', async () => {
    expect((await states()).map(({ state }) => state)).toEqual(['READY', 'READY', 'READY'])
    wire.next(gives.status(500), gives.refusal(), gives.value(VERIFY))
    const directive = await another(directives)
    expect(protocols()).toEqual(['google', 'openai', 'anthropic'])
    expect(directive.engine).toMatchObject({ provider: 'anthropic', model: 'claude-test' })
    expect(directive.modelUsage).toMatchObject({ calls: 3, failedCalls: 2, attempts: 3 })
    expect(await states()).toMatchObject([
      { provider: 'google', state: 'FAILING', reason: 'At the last call it answered 500.' },
      { provider: 'openai', state: 'FAILING', reason: 'At the last call it refused to answer.' },
      { provider: 'anthropic', state: 'READY', reason: null },
    ])
  })

  it('that fail again and again are left alone, and the compiler never waits for them', async () => {
    wire.always(gives.status(503))
    for (let turn = 0; turn < 3; turn++) await another(directives)
    wire.requests.splice(0)
    const directive = await another(directives)
    expect(wire.requests).toHaveLength(0)
    expect(directive.engine.provider).toBe('compiler')
    expect(directive.engine.reason).toContain('openai:gpt-test failed too often, and is left alone for a while')
    expect((await states()).map(({ state }) => state)).toEqual(['FAILING', 'FAILING', 'FAILING'])
  })

  it('are for operators to look at', async () => {
    const { errors } = await directives.query('{ languageModels { model } }', {}, { role: 'VIEWER' })
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
  })
})

describe('a model that hangs', () => {
  const variables = { OPENAI_API_KEY: 'a', MOTHERSHIP_MODELS: 'openai:gpt-test' }

  it('holds up no end: who waits for it is told to ask again', async () => {
    const directives = await startDirectives({ ...variables, ...wire.urls }, QUICK)
    wire.requests.splice(0)
    wire.always(gives.nothing())
    const answer = expect(another(directives)).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } })
    await expect.poll(() => wire.requests.length, { timeout: 60_000 }).toBe(1)
    await directives.dispose()
    await answer
  })

  const question = {
    system: 'x'.repeat(400),
    user: 'y'.repeat(400),
    name: 'answer',
    jsonSchema: {},
    schema: z.object({}),
    purpose: 'JUDGE' as const,
    about: { directiveId: null, taskId: null },
  }
  /** Asked directly, with as much time as is given. */
  const chainOf = async (models: Record<string, string>, pacing: Partial<Pacing>) => {
    const database = await createTestDatabase()
    const usage = createUsageStore(database, { keptDays: 400 })
    const settings = parseModelSettings({ ...models, ...wire.urls })
    const budget = createBudget(settings.budget, usage)
    const chain = createChain({ settings, usage, budget, logger: testLogger, pacing: { ...QUICK, ...pacing } })
    wire.requests.splice(0)
    const ask = (milliseconds: number) => chain.ask({ ...question, deadline: performance.now() + milliseconds })
    return { ask, states: chain.states, usage, dispose: database.dispose }
  }

  it('where it had next to no time, is not taken to be down, and what it was asked is accounted', async () => {
    const { ask, states, usage, dispose } = await chainOf(variables, { failures: 1 })
    wire.always(gives.nothing())
    expect(await ask(4000)).toEqual({ reason: expect.stringContaining('which was all that was left') as string })
    expect(await states()).toMatchObject([{ state: 'READY' }])
    expect(await usage.usageToday()).toMatchObject({ calls: 1, inputTokens: 200, outputTokens: 0 })
    expect(await ask(500)).toEqual({ reason: 'There was no time left to ask a language model.' })
    expect(wire.requests).toHaveLength(1)
    await dispose()
  })

  it('is left alone though it had less time than it may take, as the next one waits for its turn', async () => {
    const two = { ...variables, ANTHROPIC_API_KEY: 'b', MOTHERSHIP_MODELS: 'openai:gpt-test,anthropic:claude-test' }
    const { ask, states, dispose } = await chainOf(two, {
      failures: 1,
      openMilliseconds: 600_000,
      patienceMilliseconds: 1000,
    })
    wire.always((request, response) => {
      if (request.protocol !== 'openai') gives.value({})(request, response)
    })
    expect(await ask(10_000)).toMatchObject({ name: { provider: 'anthropic' } })
    expect(await states()).toMatchObject([{ state: 'FAILING' }, { state: 'READY' }])
    expect(await ask(60_000)).toMatchObject({ name: { provider: 'anthropic' } })
    expect(wire.requests.map(({ protocol }) => protocol)).toEqual(['openai', 'anthropic', 'anthropic'])
    await dispose()
  })
})

it('is accounted by the length of the texts where its server tells no tokens', async () => {
  const directives = await startDirectives({ MOTHERSHIP_MODELS: 'compatible:local', ...wire.urls }, QUICK)
  const content = JSON.stringify(VERIFY)
  wire.always((_, response) => {
    const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: '1', choices }))
  })
  const { id } = await another(directives)
  const { directive } = await directives.data<{
    directive: { modelUsage: { inputTokens: number; outputTokens: number } }
  }>('query ($id: ID!) { directive(id: $id) { modelUsage { inputTokens outputTokens } } }', { id })
  expect(directive.modelUsage.inputTokens).toBeGreaterThan(100)
  expect(directive.modelUsage.outputTokens).toBe(Math.ceil(content.length / 4))
  await directives.dispose()
})

it('asks nobody for a preview, or where nothing is in force', async () => {
  const directives = await startDirectives(
    { OPENAI_API_KEY: 'a', MOTHERSHIP_MODELS: 'openai:gpt-test', ...wire.urls },
    QUICK,
  )
  wire.requests.splice(0)
  wire.always(gives.value(VERIFY))
  const { previewDirective } = await directives.data<{ previewDirective: { engine: object } }>(
    '{ previewDirective(taskType: "test.solve", input: {}) { engine { provider reason } } }',
  )
  expect(previewDirective.engine).toEqual({ provider: 'compiler', reason: 'A preview asks no language model.' })
  expect((await generate(directives, { taskType: 'test.nothing' })).engine.reason).toMatch(/^No belief is in force/)
  expect(wire.requests).toHaveLength(0)
  await directives.dispose()
})
