import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { dataOf, systemOf } from '../../subgraphs/directive/tests/wire/asked.ts'
import { INPUT_TOKENS } from '../../subgraphs/directive/tests/wire/protocols.ts'
import {
  gives,
  startProviders,
  type WireProviders,
  type WireRequest,
} from '../../subgraphs/directive/tests/wire/providers.ts'
import { until } from '../client.ts'
import { startSystem, type System } from '../system.ts'

let wire: WireProviders
let system: System
beforeAll(async () => {
  wire = await startProviders()
  system = await startSystem({
    ...wire.urls,
    OPENAI_API_KEY: 'openai-key',
    ANTHROPIC_API_KEY: 'anthropic-key',
    MOTHERSHIP_MODELS: 'openai:gpt-test,anthropic:claude-test',
    MOTHERSHIP_MODEL_PRICES: 'openai:gpt-test=1/2,anthropic:claude-test=1/2',
    MOTHERSHIP_MODEL_DAILY_USD: '100',
  })
})
afterAll(async () => {
  await system?.dispose()
  await wire?.dispose()
})
afterEach(() => wire.requests.splice(0))

const RUBRIC = 'The answer is given in its simplest form.'
const isJudge = (request: WireRequest): boolean => systemOf(request).includes('You judge the work')

/** What a model makes of the data that it is given: it cites the first belief, and quotes the beginning of the work. */
const answer = (request: WireRequest): object => {
  const data = dataOf(request)
  if (isJudge(request)) {
    const { rubrics, work } = data as { rubrics: { rubric: number; text: string }[]; work: { result: unknown } }
    const quote = JSON.stringify(work.result).slice(0, 30)
    return { judgements: rubrics.map(({ rubric }) => ({ rubric, score: 0.9, quote, reason: 'So it is.' })) }
  }
  const [first] = data['constraints'] as { beliefs: { id: string }[] }[]
  const because = [first!.beliefs[0]!.id]
  const judged = { statement: RUBRIC, phase: 'RESULT', check: { kind: 'judge', rubric: RUBRIC }, because }
  return { constraints: [judged, { ...judged, because: ['no-such-belief'] }] }
}

const SUBMIT = `mutation($input: SubmitTaskInput!) { submitTask(input: $input) { id } }`
const UPDATES = `subscription($id: ID!) { taskUpdates(id: $id) { task { state } } }`
const TASK = `query($id: ID!) {
  task(id: $id) {
    state
    modelUsage { calls failedCalls inputTokens usd }
    directive {
      engine { provider model cached attempts reason dropped }
      constraints { origin level statement because { belief { name } } }
    }
    compliance { verdict findings { outcome reason constraint { statement origin } } }
  }
}`
interface Task {
  state: string
  modelUsage: { calls: number; failedCalls: number; inputTokens: number; usd: number | null }
  directive: {
    engine: { provider: string; model: string | null; cached: boolean; reason: string | null; dropped: number }
    constraints: { origin: string; level: string; statement: string; because: { belief: { name: string } }[] }[]
  }
  compliance: {
    verdict: string
    findings: { outcome: string; reason: string; constraint: { statement: string; origin: string } }[]
  }
}

/** Submits a task, and waits until it is over. */
const solve = async (expression: string): Promise<Task> => {
  const input = { type: 'math.solve', input: { operation: 'evaluate', expression } }
  const { submitTask } = await system.admin.data<{ submitTask: { id: string } }>(SUBMIT, { input })
  const { id } = submitTask
  const updates = system.admin.subscribe<{ taskUpdates: { task: { state: string } } }>(UPDATES, { id })
  await until(updates, ({ taskUpdates }) =>
    ['COMPLETED', 'FAILED', 'CANCELLED', 'NEEDS_REVIEW'].includes(taskUpdates.task.state),
  )
  return (await system.admin.data<{ task: Task }>(TASK, { id })).task
}
const judgedOf = ({ compliance }: Task) => compliance.findings.find(({ constraint }) => constraint.statement === RUBRIC)
const asked = (): string[] => wire.requests.map((request) => (isJudge(request) ? 'judge' : 'directive'))

it('has a model add to the directive of a task and judge its result, and accounts for both', async () => {
  wire.always(gives.value(answer))
  const task = await solve('6 * 7')
  expect(task.state).toBe('COMPLETED')
  expect(task.directive.engine).toEqual({
    provider: 'openai',
    model: 'gpt-test',
    cached: false,
    attempts: 1,
    reason: null,
    dropped: 1,
  })
  const added = task.directive.constraints.filter(({ origin }) => origin === 'MODEL')
  expect(added).toMatchObject([{ level: 'SHOULD', statement: RUBRIC }])
  expect(added[0]?.because[0]?.belief.name).toBeTruthy()
  expect(judgedOf(task)).toMatchObject({
    outcome: 'PASS',
    reason: 'The judge (openai:gpt-test) gave 0.90, and 0.7 is needed.',
  })
  // What was compiled is judged in one call, what the model added in another.
  expect(asked()).toEqual(['directive', 'judge', 'judge'])
  expect(wire.requests.every(({ headers }) => headers.authorization === 'Bearer openai-key')).toBe(true)
  expect(task.modelUsage).toMatchObject({ calls: 3, failedCalls: 0, inputTokens: 3 * INPUT_TOKENS })
  expect(task.modelUsage.usd).toBeGreaterThan(0)
})

it('waits for a slow model longer than subgraphs wait for each other, and asks it once', async () => {
  wire.always(gives.value(answer))
  // The step of the task is taken for 5 s at a time, and a peer is given 10 s unless it asks others itself.
  wire.next(gives.late(12_000, answer))
  const task = await solve('6 * 8')
  expect(task.directive.engine).toMatchObject({ provider: 'openai', attempts: 1 })
  // What was compiled is judged in one call, what the model added in another.
  expect(asked()).toEqual(['directive', 'judge', 'judge'])
})

it('lets a client preview a directive, have one made, follow it and check work against it', async () => {
  wire.always(gives.value(answer))
  const viewer = await system.signUp('VIEWER')
  const operator = await system.signUp('OPERATOR')
  interface Made {
    id: string
    mustsCut: number
    shouldsCut: number
    engine: { provider: string; reason: string | null }
    constraints: { origin: string }[]
  }
  const FIELDS = 'id mustsCut shouldsCut engine { provider reason } constraints { origin }'
  const variables = { input: { operation: 'evaluate', expression: '6 * 11' } }
  const { previewDirective } = await viewer.data<{ previewDirective: Made }>(
    `query ($input: JSON!) { previewDirective(taskType: "math.solve", input: $input) { ${FIELDS} } }`,
    variables,
  )
  expect(previewDirective).toMatchObject({ mustsCut: 0, shouldsCut: 0, engine: { provider: 'compiler' } })
  expect(asked()).toEqual([])

  const generate = `mutation ($input: JSON!) { generateDirective(taskType: "math.solve", input: $input) { ${FIELDS} } }`
  expect(await viewer.code(generate, variables)).toBe('FORBIDDEN')
  const { generateDirective: made } = await operator.data<{ generateDirective: Made }>(generate, variables)
  expect(made.engine).toEqual({ provider: 'openai', reason: null })
  const compiled = made.constraints.filter(({ origin }) => origin === 'COMPILED')
  expect(compiled).toHaveLength(previewDirective.constraints.length)

  const check = `mutation ($id: ID!, $result: JSON) {
    checkCompliance(directiveId: $id, result: $result) { verdict findings { outcome value } } }`
  const work = { id: made.id, result: { unexpected: true } }
  expect(await viewer.code(check, work)).toBe('FORBIDDEN')
  const { checkCompliance } = await operator.data<{
    checkCompliance: { verdict: string; findings: { outcome: string; value: string | null }[] }
  }>(check, work)
  expect(checkCompliance.verdict).toBe('VIOLATION')
  expect(checkCompliance.findings.some(({ outcome, value }) => outcome === 'FAIL' && value !== null)).toBe(true)

  const follow = (after: string | null) =>
    viewer.subscribe<Update>(
      `subscription ($id: ID, $after: Cursor) {
        directiveUpdates(id: $id, after: $after) { change cursor directive { id } } }`,
      { id: made.id, after },
    )
  interface Update {
    directiveUpdates: { change: string; cursor: string; directive: { id: string } }
  }
  const isHeard = until(follow(null), () => true)
  // A subscription does not say when it has begun: work is checked until one of the checks is heard of.
  let heard: Update[] | null = null
  while (heard === null) {
    await operator.data(check, work)
    heard = await Promise.race([isHeard, new Promise<null>((resolve) => setTimeout(() => resolve(null), 200))])
  }
  expect(heard[0]).toMatchObject({ directiveUpdates: { change: 'CHECKED', directive: { id: made.id } } })
  // What happens while nobody listens is told to who comes back with the cursor.
  await operator.data(check, work)
  const [missed] = await until(follow(heard[0]!.directiveUpdates.cursor), () => true)
  expect(missed).toMatchObject({ directiveUpdates: { change: 'CHECKED', directive: { id: made.id } } })

  const budget = `{ modelBudget { maxUsd isUsedUp usage { calls } } languageModels { provider model state } }`
  expect(await viewer.code(budget)).toBe('FORBIDDEN')
  expect(await operator.data(budget)).toMatchObject({
    modelBudget: { maxUsd: 100, isUsedUp: false, usage: { calls: expect.any(Number) as number } },
    languageModels: [
      { provider: 'openai', model: 'gpt-test', state: 'READY' },
      { provider: 'anthropic', model: 'claude-test' },
    ],
  })
})

it('goes to the next provider where one fails', async () => {
  wire.always((request, response) =>
    (request.protocol === 'openai' ? gives.status(401) : gives.value(answer))(request, response),
  )
  const task = await solve('6 * 9')
  expect(task.directive.engine).toMatchObject({ provider: 'anthropic', model: 'claude-test' })
  expect(judgedOf(task)?.outcome).toBe('PASS')
})

it('completes tasks by the compiler alone where all fail, and shows why', async () => {
  wire.always(gives.status(503))
  const task = await solve('6 * 10')
  expect(task.state).toBe('COMPLETED')
  expect(task.compliance.verdict).toBe('COMPLIANT')
  expect(task.directive.engine).toMatchObject({ provider: 'compiler', model: null })
  expect(task.directive.engine.reason).toContain('No language model answered')
  expect(task.directive.constraints.every(({ origin }) => origin === 'COMPILED')).toBe(true)
  expect(task.modelUsage.failedCalls).toBeGreaterThan(0)
  const { languageModels, modelUsage } = await system.admin.data<{
    languageModels: { state: string }[]
    modelUsage: { nodes: { usage: { calls: number } }[] }
  }>('{ languageModels { state } modelUsage { nodes { day usage { calls } } } }')
  expect(languageModels.map(({ state }) => state)).toEqual(['FAILING', 'FAILING'])
  expect(modelUsage.nodes[0]?.usage.calls).toBeGreaterThan(4)
  // Neither a key nor what a provider wrote is in a log.
  expect(system.output()).not.toMatch(/openai-key|anthropic-key|sk-very-secret/)
})
