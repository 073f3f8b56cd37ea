import type { Identity } from '@mothership/platform/identity'
import type { SubgraphRequest } from '@mothership/platform/subgraph-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseModelSettings } from '../src/environment.ts'
import { createDirectiveSubgraph } from '../src/subgraph.ts'
import { edit, hire, newBelief, startSystem, type System, until, untilChecked, type Worker } from './system.ts'
import { proposing, QUICK } from './wire/asked.ts'
import { gives, startProviders, type WireProviders } from './wire/providers.ts'

const TYPE = 'test.read'
// A model is shown the input, and quotes it.
const SECRET = 'Rosebud'
const belief = newBelief(TYPE, { rule: { check: { kind: 'schema', path: '/answer', schema: {} } } })
const added = { statement: `The answer is ${SECRET}.`, check: { kind: 'regex', path: '/answer', pattern: SECRET } }

let wire: WireProviders
let system: System
let alice: Worker
let bob: Worker
beforeAll(async () => {
  wire = await startProviders()
  wire.always(gives.value(proposing({ ...added, phase: 'RESULT', because: [belief.id] })))
  const settings = () => parseModelSettings({ OPENAI_API_KEY: 'a', MOTHERSHIP_MODELS: 'openai:gpt-test', ...wire.urls })
  system = await startSystem({ directive: createDirectiveSubgraph({ settings, pacing: QUICK }) })
  await edit(system, [{ createBelief: belief }])
  alice = await hire(system, [TYPE])
  bob = await hire(system, [TYPE])
})
afterAll(async () => {
  await system.dispose()
  await wire.dispose()
})
afterEach(() => void system.fail('task', null))

interface Known {
  id: string
  directive: { id: string }
  compliance: { id: string } | null
}
/** A task as the task subgraph tells of it: ids alone. */
const known = async (id: string): Promise<Known> => {
  const source = 'query ($id: ID!) { task(id: $id) { id directive { id } compliance { id } } }'
  return (await system.data<{ task: Known }>('task', source, { id })).task
}
/** Submits a task and lends it. */
const lentTo = async (worker: Worker, maxAttempts = 1) => {
  const lent = await worker.lend(await worker.submit(TYPE, { input: { word: SECRET }, maxAttempts }))
  return { lent, ...(await known(lent.task.id)) }
}

const DIRECTIVE = 'id constraints { statement check because { beliefName } } engine { model }'
const READ = `query ($id: ID!, $of: [_Any!]!) {
  directive(id: $id) { ${DIRECTIVE} }
  _entities(representations: $of) {
    ... on Directive { ${DIRECTIVE} }
    ... on ComplianceReport { id verdict findings { outcome reason constraint { statement } } }
  }
}`
/** What somebody reads of a directive: asked for, by reference, and a report on it by reference. */
const read = async (directiveId: string, reportId: string | null, identity: Partial<Identity>) => {
  const of = [
    { __typename: 'Directive', id: directiveId },
    ...(reportId === null ? [] : [{ __typename: 'ComplianceReport', id: reportId }]),
  ]
  const { directive, _entities } = await system.data<{ directive: object | null; _entities: (object | null)[] }>(
    'directive',
    READ,
    { id: directiveId, of },
    identity,
  )
  return [directive, ..._entities]
}
const isLent = (request: SubgraphRequest): boolean => JSON.stringify(request.query).includes('lentTasks')

describe('a directive', () => {
  it('is read by the agent that its task is lent to, at once, with what a model added', async () => {
    const { directive } = await lentTo(alice)
    const [asked, referred] = await read(directive.id, null, alice.identity)
    expect(asked).toMatchObject({ id: directive.id, engine: { model: 'gpt-test' } })
    expect((asked as { constraints: object[] }).constraints).toContainEqual(expect.objectContaining(added))
    expect(referred).toEqual(asked)
  })

  it('is nothing to another agent, and neither is its report', async () => {
    const { id, lent, directive } = await lentTo(alice)
    await alice.complete(lent, { answer: 'no' })
    await untilChecked(system, id)
    const reportId = (await known(id)).compliance?.id as string
    expect(await read(directive.id, reportId, bob.identity)).toEqual([null, null, null])
    const own = await read(directive.id, reportId, alice.identity)
    expect(own).toMatchObject([{ id: directive.id }, { id: directive.id }, { id: reportId, verdict: 'COMPLIANT' }])
    expect(JSON.stringify(own[2])).toContain(SECRET)
  })

  it('is read by the agent that had its task and by the one that has it, with the report on the first', async () => {
    const { id, lent, directive } = await lentTo(alice, 2)
    await alice.complete(lent, {})
    await until(async () => (await known(id)).compliance !== null)
    const reportId = (await known(id)).compliance?.id as string
    expect(await read(directive.id, reportId, bob.identity)).toEqual([null, null, null])
    await bob.lend(id)
    for (const { identity } of [alice, bob]) {
      const seen = await read(directive.id, reportId, identity)
      expect(seen).toMatchObject([{ id: directive.id }, { id: directive.id }, { id: reportId, verdict: 'VIOLATION' }])
    }
  })

  it.each([
    ['directive', 'Directive', 'modelUsage { calls }'],
    ['report', 'ComplianceReport', 'findings { value }'],
  ])('tells its agent not all: of the %s not %s { %s }', async (name, type, field) => {
    const { id, lent, directive } = await lentTo(alice)
    await alice.complete(lent, { answer: 'no' })
    await untilChecked(system, id)
    const of = [{ __typename: type, id: name === 'report' ? (await known(id)).compliance?.id : directive.id }]
    const source = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${field} } } }`
    const { errors } = await system.query('directive', source, { of }, alice.identity)
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
    expect((await system.query('directive', source, { of }, { role: 'OPERATOR' })).errors).toBeUndefined()
  })

  it('is read by every process of a credential', async () => {
    const { directive } = await lentTo(alice)
    const other = { ...alice.identity, instance: 'two' }
    expect(await read(directive.id, null, other)).toMatchObject([{ id: directive.id }, { id: directive.id }])
  })

  it.each(['VIEWER', 'CURATOR', 'OPERATOR', 'ADMIN', 'SERVICE'] as const)('is read by %s as ever', async (role) => {
    const { directive } = await lentTo(alice)
    const identity = { role, subject: 'x', name: 'x' }
    // A service that asks for an agent is trusted with what it passes on.
    if (role === 'SERVICE') Object.assign(identity, { onBehalfOf: { role: 'AGENT', subject: bob.identity.subject } })
    expect(await read(directive.id, null, identity)).toMatchObject([{ id: directive.id }, { id: directive.id }])
  })

  it('of no task, which a person had made, is nothing to agents; nor is a report on it', async () => {
    const generate = `mutation { generateDirective(taskType: "${TYPE}", input: {}) { id } }`
    const { generateDirective } = await system.data<{ generateDirective: { id: string } }>('directive', generate)
    const { id } = generateDirective
    const check = 'mutation ($id: ID!, $taskId: ID) { checkCompliance(directiveId: $id, taskId: $taskId) { id } }'
    // Also where it was tried on the task of an agent: its words are about another input.
    const variables = { id, taskId: (await lentTo(alice)).id }
    const { checkCompliance } = await system.data<{ checkCompliance: { id: string } }>('directive', check, variables)
    expect(await read(id, checkCompliance.id, alice.identity)).toEqual([null, null, null])
    expect(await read(id, checkCompliance.id, {})).toMatchObject([{ id }, { id }, { id: checkCompliance.id }])
  })

  it('among many costs one question to the task subgraph for all of them, and none for people', async () => {
    const mine = [await lentTo(alice), await lentTo(alice)]
    const others = [await lentTo(bob)]
    let questions = 0
    system.fail('task', (request) => {
      if (isLent(request)) questions += 1
      return false
    })
    const of = [...mine, ...others].map(({ directive }) => ({ __typename: 'Directive', id: directive.id }))
    const source = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Directive { id taskType } } }'
    const seenBy = async (identity: Partial<Identity>) =>
      (await system.data<{ _entities: ({ id: string } | null)[] }>('directive', source, { of }, identity))._entities
    expect((await seenBy(alice.identity)).map((one) => one?.id)).toEqual([
      ...mine.map((t) => t.directive.id),
      undefined,
    ])
    expect(questions).toBe(1)
    expect(await seenBy({ role: 'VIEWER' })).not.toContain(null)
    expect(questions).toBe(1)
  })

  it('can not be told from none while the task subgraph is away: an agent is told to ask again', async () => {
    const { directive } = await lentTo(alice)
    system.fail('task', isLent)
    const source = 'query ($id: ID!) { directive(id: $id) { id } }'
    const { errors } = await system.query('directive', source, { id: directive.id }, alice.identity)
    expect(errors?.[0]?.extensions['code']).toBe('UNAVAILABLE')
    expect((await system.query('directive', source, { id: directive.id }, { role: 'VIEWER' })).errors).toBeUndefined()
  })
})

describe('which tasks were lent', () => {
  const LENT = 'query ($ids: [ID!]!) { lentTasks(ids: $ids) }'
  const service = { role: 'SERVICE', subject: 'directive', name: 'directive' } as const
  const lentFor = async (ids: string[], onBehalfOf?: Identity['onBehalfOf']) => {
    const identity = { ...service, ...(onBehalfOf && { onBehalfOf }) }
    return (await system.data<{ lentTasks: string[] }>('task', LENT, { ids }, identity)).lentTasks
  }

  it('is told once of each, of those that are asked for, and for an agent alone', async () => {
    const { id, lent } = await lentTo(alice, 2)
    await alice.complete(lent, {})
    await alice.lend(id)
    const { id: other } = await lentTo(alice)
    const { id: bobs } = await lentTo(bob)
    const subject = alice.identity.subject as string
    const ids = [id, other, bobs, 'no id', '00000000-0000-0000-0000-000000000000']
    expect((await lentFor(ids, { role: 'AGENT', subject })).sort()).toEqual([id, other].sort())
    expect(await lentFor([bobs], { role: 'AGENT', subject })).toEqual([])
    expect(await lentFor(ids, { role: 'ADMIN', subject })).toEqual([])
    expect(await lentFor(ids)).toEqual([])
  })

  it('is asked of up to 500 at a time', async () => {
    const ids = Array.from({ length: 501 }, (_, n) => `${n}`)
    const agent = { role: 'AGENT', subject: 'x' } as const
    await expect(lentFor(ids, agent)).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT', path: 'ids' } })
    expect(await lentFor(ids.slice(1), agent)).toEqual([])
  })

  it.each(['VIEWER', 'CURATOR', 'OPERATOR', 'ADMIN', 'AGENT'] as const)('is not for %s', async (role) => {
    const { errors } = await system.query('task', LENT, { ids: [] }, { ...service, role })
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
  })
})
