import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestSubgraph } from '@mothership/platform/testing'
import { check, generate, ids, SERVICE, startDirectives } from './fixture.ts'
import { dataOf, proposing, QUICK, systemOf } from './wire/asked.ts'
import { gives, startProviders, type WireProviders, type WireRequest } from './wire/providers.ts'

let wire: WireProviders
beforeAll(async () => {
  wire = await startProviders()
})
afterAll(() => wire.dispose())

const ADDED = proposing({
  statement: 'The answer is kind.',
  phase: 'RESULT',
  check: { kind: 'evidence', types: ['kindness'], min: 1 },
  because: [ids.brief],
})
const RESULT = 'Nobody has seen it.'
const isJudge = (request: WireRequest): boolean => systemOf(request).includes('You judge the work')
/** What a model should answer, to whatever it is asked. */
const wellOf = (request: WireRequest): object => {
  if (!isJudge(request)) return ADDED
  const { rubrics } = dataOf(request) as { rubrics: { rubric: number }[] }
  return { judgements: rubrics.map(({ rubric }) => ({ rubric, score: 0.9, quote: RESULT, reason: 'It is so.' })) }
}
const well = gives.value(wellOf)
const modelsAsked = () => wire.requests.map(({ body }) => body['model'])

const DAYS = 100_000_000
const start = (models: string, pacing: Partial<typeof QUICK> = {}) =>
  startDirectives(
    { OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b', MOTHERSHIP_MODELS: models, ...wire.urls },
    { ...QUICK, attempts: 1, openMilliseconds: DAYS, ...pacing },
  )

let directives: TestSubgraph
let turn = 0
/** A directive for another task, of words that nobody asked about before. */
const another = () =>
  generate(directives, { taskType: 'test.write', input: { turn: ++turn }, taskId: randomUUID() }, SERVICE)
const judged = async (directiveId: string, attempt: number): Promise<string | undefined> => {
  const given = { directiveId, attempt, result: `${RESULT} ${attempt}` }
  return (await check(directives, given)).findings[0]?.outcome
}
const states = async () =>
  (
    await directives.data<{ languageModels: { model: string; state: string; reason: string | null }[] }>(
      '{ languageModels { model state reason } }',
    )
  ).languageModels

describe('a model that answers what cannot be used', () => {
  beforeEach(async () => {
    directives = await start('openai:first, openai:second')
    wire.requests.splice(0)
    return directives.dispose
  })
  const firstGives = (value: unknown) =>
    wire.always(gives.value((request: WireRequest) => (request.body['model'] === 'first' ? value : wellOf(request))))

  it.each([
    ['words', 'Here you are!'],
    ['another shape', { constraints: 'none' }],
  ])('of several tasks is left alone, and the other model of its provider is asked: %s', async (_name, value) => {
    firstGives(value)
    for (const _turn of [1, 2, 3]) expect((await another()).engine).toMatchObject({ model: 'second' })
    expect(modelsAsked()).toEqual(['first', 'second', 'first', 'second', 'first', 'second'])
    expect((await another()).engine).toMatchObject({ model: 'second' })
    expect(modelsAsked().slice(6)).toEqual(['second'])
    expect(await states()).toEqual([
      {
        model: 'first',
        state: 'FAILING',
        reason: 'It gave too many answers that could not be used, and is left alone for a while.',
      },
      { model: 'second', state: 'READY', reason: null },
    ])
  })

  it('says so where no other is there', async () => {
    wire.always(gives.value('Here you are!'))
    for (const _turn of [1, 2, 3]) await another()
    const useless = 'gave too many answers that could not be used, and is left alone for a while'
    expect((await another()).engine.reason).toBe(
      `No language model answered: openai:first ${useless}; openai:second ${useless}.`,
    )
  })

  it('is counted alike as it compiles and as it judges', async () => {
    wire.always(well)
    const [one, other] = [await another(), await another()]
    firstGives('Here you are!')
    expect([await judged(one.id, 1), await judged(other.id, 1)]).toEqual(['PASS', 'PASS'])
    await another()
    wire.requests.splice(0)
    expect(await judged(one.id, 2)).toBe('PASS')
    await another()
    expect(modelsAsked()).toEqual(['second', 'second'])
  })

  it('about one task, however often, is not taken away from others', async () => {
    wire.always(well)
    const misleading = await another()
    firstGives('Here you are!')
    for (const attempt of [1, 2, 3, 4, 5]) await judged(misleading.id, attempt)
    expect(modelsAsked().filter((model) => model === 'first')).toHaveLength(1 + 5)
    wire.always(well)
    expect((await another()).engine).toMatchObject({ model: 'first' })
  })

  it('and answers well in between is no such model', async () => {
    for (const _turn of [1, 2, 3, 4]) {
      firstGives('Here you are!')
      await another()
      await another()
      wire.always(well)
      expect((await another()).engine).toMatchObject({ model: 'first' })
    }
  })
})

it('asks a model that was left alone once more after a while', async () => {
  directives = await start('openai:first', { openMilliseconds: 1000 })
  wire.always(gives.value('Here you are!'))
  for (const _turn of [1, 2, 3]) await another()
  wire.always(well)
  await expect.poll(async () => (await another()).engine.model, { timeout: 60_000 }).toBe('first')
  expect(await states()).toMatchObject([{ state: 'READY' }])
  await directives.dispose()
})

describe('a refusal', () => {
  beforeAll(async () => {
    directives = await start('openai:first')
  })
  beforeEach(() => void wire.requests.splice(0))
  afterAll(() => directives.dispose())

  it('is about the content: the model is asked about that of others, as it compiles and as it judges', async () => {
    wire.always(well)
    const { id } = await another()
    wire.always(gives.refusal())
    for (const attempt of [1, 2, 3, 4]) {
      expect((await another()).engine.reason).toContain('refused to answer')
      expect(await judged(id, attempt)).toBe('UNKNOWN')
    }
    expect(wire.requests).toHaveLength(1 + 8)
    wire.always(well)
    expect((await another()).engine).toMatchObject({ model: 'first' })
    expect(await judged(id, 5)).toBe('PASS')
  })

  it('or an answer of no use shows that the provider is there', async () => {
    const down = gives.status(503)
    for (const answer of [down, down, gives.refusal(), down, down, gives.value('Hello!'), down, down]) {
      wire.next(answer)
      await another()
    }
    expect(wire.requests).toHaveLength(8)
    wire.next(down)
    await another()
    expect((await another()).engine.reason).toContain('openai:first failed too often, and is left alone for a while')
    expect(wire.requests).toHaveLength(9)
  })
})
