import { randomUUID } from 'node:crypto'
import type { StoredEvent } from '@mothership/platform/events'
import type { SubgraphDefinition } from '@mothership/platform/subgraph'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { sleep } from '@mothership/platform/time'
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOntologySubgraph } from '../../ontology/src/subgraph.ts'
import { taskSubgraph } from '../../task/src/subgraph.ts'
import type { DirectiveContent } from '../src/domain/directive.ts'
import { asksTheSame } from '../src/domain/staleness.ts'
import { parseModelSettings } from '../src/environment.ts'
import { endsOf } from '../src/events.ts'
import { waitAfter } from '../src/staleness.ts'
import { createDirectiveSubgraph, directiveSubgraph } from '../src/subgraph.ts'
import { eventsOf, seeded } from './fixture.ts'
import { edit as editIn, newBelief, startSystem, until } from './system.ts'
import { proposing } from './wire/asked.ts'
import { gives, startProviders } from './wire/providers.ts'

// The ontology stands in the middle and is edited; tasks are submitted to the real task subgraph, which has no agents.
let ontology: TestSubgraph
const verified = randomUUID()
const polite = randomUUID()
const belief = (id: string, name: string, fields: object = {}) => ({
  id,
  name,
  description: `${name}, as somebody would explain it.`,
  credence: 0.9,
  taskTypes: ['test.solve'],
  rule: null,
  level: null,
  ...fields,
})

beforeAll(async () => {
  const starter = {
    message: 'What the tests compile from',
    values: [],
    beliefs: [
      belief(verified, 'Answers are verified', { rule: { check: { kind: 'steps', require: ['verify'] } } }),
      belief(polite, 'Letters are polite', { taskTypes: ['test.write'] }),
    ],
    relations: [],
    valueLinks: [],
  }
  ontology = await startTestSubgraph(createOntologySubgraph({ starter }), {
    peers: [directiveSubgraph, taskSubgraph] as unknown as SubgraphDefinition<never>[],
  })
  await seeded(async () => (await ontology.subgraph.ready()) === null)
})
afterAll(() => ontology.dispose())

const edit = (changes: object[]) =>
  ontology.data<{ applyChanges: { number: number } }>(
    'mutation ($changes: [OntologyChangeInput!]!) { applyChanges(changes: $changes) { number } }',
    { changes },
  )

const person = { role: 'ADMIN', subject: 'admin', name: 'admin' } as const
const ask = <T>(peer: 'directive' | 'task', source: string, variables: Record<string, unknown>): Promise<T> =>
  ontology.runtime.peers[peer](parse(source), variables, person)

interface Kept {
  id: string
  status: string
  ontologyRevision: number
  constraints: unknown[]
}

const directiveOf = async (taskId: string): Promise<Kept | undefined> => {
  const { directives } = await ask<{ directives: { nodes: (Kept & { taskId: string })[] } }>(
    'directive',
    '{ directives(first: 100) { nodes { id taskId status ontologyRevision constraints { statement } } } }',
    {},
  )
  return directives.nodes.find((directive) => directive.taskId === taskId)
}

/** A task that was told what to do, and waits for an agent. */
const directedTask = async (type = 'test.solve'): Promise<string> => {
  const { submitTask } = await ask<{ submitTask: { id: string } }>(
    'task',
    'mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { id } }',
    { input: { type, input: { question: 'What is 2 + 2?' } } },
  )
  await seeded(async () => (await directiveOf(submitTask.id)) !== undefined)
  return submitTask.id
}

const becomes = (taskId: string, status: string): Promise<void> =>
  seeded(async () => (await directiveOf(taskId))?.status === status)

/** Until every directive that is watched was compared with what the newest revision gives. */
const compared = (): Promise<void> =>
  seeded(async () => {
    const [row] = await ontology.runtime.database.query<{ behind: number }>(
      `select count(*)::integer as behind from directive.unfinished, ontology.head where compared_at < head.revision`,
    )
    return row?.behind === 0
  })

describe('the directive of an unfinished task', () => {
  it('is STALE after an edit that would ask for more, says so once, and keeps what the task was told', async () => {
    const task = await directedTask()
    const before = await directiveOf(task)
    const added = belief(randomUUID(), 'Answers are short')
    await edit([{ createBelief: added }])
    await becomes(task, 'STALE')
    expect(await directiveOf(task)).toEqual({ ...before, status: 'STALE' })
    await edit([{ deleteBelief: added.id }])
    await becomes(task, 'ACTIVE')
    await compared()
    expect(await eventsOf(ontology, before?.id ?? '')).toEqual([
      ['CREATED', 1],
      ['STALE', 2],
      ['ACTIVE', 3],
    ])
    const { directives } = await ask<{ directives: { totalCount: number } }>(
      'directive',
      '{ directives(status: STALE) { totalCount } }',
      {},
    )
    expect(directives.totalCount).toBe(0)
  })

  it('stays ACTIVE through edits that change nothing of what it asks for', async () => {
    const task = await directedTask()
    await edit([{ updateBelief: { id: verified, credence: 0.8 } }])
    await edit([{ updateBelief: { id: polite, description: 'A letter that is polite is read.' } }])
    await compared()
    const kept = await directiveOf(task)
    expect(kept?.status).toBe('ACTIVE')
    expect(await eventsOf(ontology, kept?.id ?? '')).toEqual([['CREATED', 1]])
  })

  it('is STALE where a belief of no task type turns out to be relevant, once its meaning is known', async () => {
    const task = await directedTask('test.arithmetic')
    const relevant = belief(randomUUID(), 'Arithmetic questions such as 2 + 2 get a number', { taskTypes: [] })
    await edit([{ createBelief: relevant }])
    await becomes(task, 'STALE')
    await edit([{ deleteBelief: relevant.id }])
    await becomes(task, 'ACTIVE')
  })
})

describe('the directive of a finished task', () => {
  it('never changes', async () => {
    const [cancelled, waiting] = [await directedTask(), await directedTask()]
    await ask('task', 'mutation ($id: ID!) { cancelTask(id: $id) { state } }', { id: cancelled })
    await edit([{ createBelief: belief(randomUUID(), 'Answers are checked by a second person') }])
    await becomes(waiting, 'STALE')
    await compared()
    // Long enough for whoever would still compare it.
    await sleep(300)
    expect((await directiveOf(cancelled))?.status).toBe('ACTIVE')
  })

  it('is watched no more', async () => {
    const task = await directedTask()
    await ask('task', 'mutation ($id: ID!) { cancelTask(id: $id) { state } }', { id: task })
    await seeded(async () => {
      const rows = await ontology.runtime.database.query('select 1 from directive.unfinished where task_id = $1', [
        task,
      ])
      return rows.length === 0
    })
  })
})

describe('the directive of a task that is retried', () => {
  const cancel = (id: string) => ask('task', 'mutation ($id: ID!) { cancelTask(id: $id) { state } }', { id })
  const retry = (id: string) => ask('task', 'mutation ($id: ID!) { retryTask(id: $id) { state } }', { id })
  const isWatched = async (taskId: string): Promise<boolean> =>
    (await ontology.runtime.database.query('select 1 from directive.unfinished where task_id = $1', [taskId])).length >
    0

  it('is compared again: at once with what was edited meanwhile, and after each edit', async () => {
    const task = await directedTask()
    await cancel(task)
    await seeded(async () => !(await isWatched(task)))
    const added = belief(randomUUID(), 'Answers are dated')
    await edit([{ createBelief: added }])
    await compared()
    expect((await directiveOf(task))?.status).toBe('ACTIVE')
    await retry(task)
    await becomes(task, 'STALE')
    await edit([{ deleteBelief: added.id }])
    await becomes(task, 'ACTIVE')
  })

  it('is watched also where it was called off and retried in one breath, and then no more once that ends too', async () => {
    const task = await directedTask()
    for (let round = 0; round < 3; round++) {
      await cancel(task)
      await retry(task)
    }
    await edit([{ createBelief: belief(randomUUID(), 'Answers are signed') }])
    await becomes(task, 'STALE')
    await cancel(task)
    await seeded(async () => !(await isWatched(task)))
  })
})

describe('what some events of tasks leave', () => {
  const event = (entityId: string, from: string | null, to: string | null) =>
    ({ entityId, payload: { from, to, message: null } }) as unknown as StoredEvent

  it.each([
    ['an end', [event('t', 'RUNNING', 'FAILED')], ['t'], []],
    ['a retry', [event('t', 'CANCELLED', 'SUBMITTED'), event('t', 'SUBMITTED', 'DIRECTED')], [], ['t']],
    ['an end and a retry', [event('t', 'RUNNING', 'FAILED'), event('t', 'FAILED', 'SUBMITTED')], [], ['t']],
    ['a retry and an end', [event('t', 'FAILED', 'SUBMITTED'), event('t', 'SUBMITTED', 'CANCELLED')], ['t'], []],
    ['a note after an end', [event('t', 'RUNNING', 'COMPLETED'), event('t', null, null)], ['t'], []],
    ['another attempt', [event('t', 'VALIDATING', 'DIRECTED'), event('t', null, null)], [], []],
    ['two tasks', [event('t', 'RUNNING', 'FAILED'), event('u', 'FAILED', 'SUBMITTED')], ['t'], ['u']],
  ])('%s', (_what, news, finished, resumed) => {
    expect(endsOf(news)).toEqual({ finished, resumed })
  })
})

describe('the wait until directives are compared once more', () => {
  it.each([
    ['as long as a comparison took', { took: 700, failures: 0 }, 700],
    ['not less than 250 ms', { took: 3, failures: 0 }, 250],
    ['not more than 5 s', { took: 60_000, failures: 0 }, 5000],
    ['longer after each failure', { took: 3, failures: 2 }, 1000],
    ['not more than 5 s after many', { took: 3, failures: 2000 }, 5000],
  ])('is %s', (_what, given, wait) => {
    expect(waitAfter(given)).toBe(wait)
  })
})

describe('the directives of many tasks', () => {
  it('are compared one by one where the ontology fails to answer for all at once', async () => {
    const system = await startSystem()
    try {
      const questions = Array.from({ length: 25 }, (_, place) => `What is ${place} + ${place}?`)
      const submit = 'mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { id } }'
      for (const question of questions) {
        await system.data('task', submit, { input: { type: 'test.many', input: { question } } })
      }
      const count = async (status: string): Promise<number> => {
        const source = 'query ($status: DirectiveStatus) { directives(status: $status) { totalCount } }'
        const { directives } = await system.data<{ directives: { totalCount: number } }>('directive', source, {
          status,
        })
        return directives.totalCount
      }
      await until(async () => (await count('ACTIVE')) === questions.length)
      const asked: number[] = []
      system.fail('ontology', ({ variables }) => {
        const { tasks } = variables as { tasks: { text: string }[] }
        asked.push(tasks.length)
        return tasks.length > 1 || tasks[0]?.text.includes('What is 7 + 7?') === true
      })
      await editIn(system, [{ createBelief: newBelief('test.many') }])
      await until(async () => (await count('STALE')) === questions.length - 1)
      expect(Math.max(...asked)).toBe(20)
      // The one that could not be compared is tried again.
      system.fail('ontology', null)
      await until(async () => (await count('STALE')) === questions.length)
    } finally {
      await system.dispose()
    }
  })
})

describe('the directive of an unfinished task to which a model added', () => {
  it('stays ACTIVE where that model is there no more, also through later edits', async () => {
    const wire = await startProviders()
    const believed = newBelief('test.models')
    const added = {
      statement: 'It is kind.',
      phase: 'RESULT',
      check: { kind: 'evidence', types: ['kindness'], min: 1 },
    }
    wire.always(gives.value(proposing({ ...added, because: [believed.id] })))
    let variables: Record<string, string> = { OPENAI_API_KEY: 'a', MOTHERSHIP_MODELS: 'openai:gpt-test', ...wire.urls }
    const system = await startSystem({
      directive: createDirectiveSubgraph({ settings: () => parseModelSettings(variables) }),
    })
    try {
      await editIn(system, [{ createBelief: believed }])
      const submit = 'mutation { submitTask(input: {type: "test.models", input: {}}) { id } }'
      await system.data('task', submit)
      const read = async () =>
        (
          await system.data<{ directives: { nodes: { status: string; constraints: { origin: string }[] }[] } }>(
            'directive',
            '{ directives { nodes { status constraints { origin } } } }',
          )
        ).directives.nodes
      const kept = [{ status: 'ACTIVE', constraints: [{ origin: 'COMPILED' }, { origin: 'MODEL' }] }]
      await until(async () => (await read()).length === 1)
      expect(await read()).toEqual(kept)
      variables = {}
      await system.restart()
      expect(await system.data('directive', '{ languageModels { model } }')).toEqual({ languageModels: [] })
      const { applyChanges } = await editIn(system, [{ createBelief: newBelief('test.other') }])
      await until(async () => {
        const compared = 'select from directive.unfinished where compared_at >= $1'
        return (await system.database.query(compared, [applyChanges.number])).length === 1
      })
      expect(await read()).toEqual(kept)
    } finally {
      await system.dispose()
      await wire.dispose()
    }
  })
})

describe('two directives', () => {
  const constraint = (beliefId: string, fields: object = {}) => ({
    id: randomUUID(),
    statement: `${beliefId} holds`,
    origin: 'COMPILED',
    level: 'MUST',
    phase: 'RESULT',
    onFail: 'RETRY',
    check: { kind: 'steps', require: ['verify'] },
    because: [{ beliefId, beliefName: beliefId, beliefRevision: 1, strength: 0.9, weight: 0.5 }],
    ...fields,
  })
  const content = (fields: object = {}): DirectiveContent =>
    ({
      ...{ constraints: [constraint('a'), constraint('b')], suppressed: [], conflicts: [], mustsCut: 0, shouldsCut: 0 },
      ...fields,
    }) as DirectiveContent

  it.each([
    ['in another order', content({ constraints: [constraint('b'), constraint('a')] }), true],
    ['of which one has less', content({ constraints: [constraint('a')] }), false],
    ['of which one has more', content({ constraints: ['a', 'b', 'c'].map((id) => constraint(id)) }), false],
    ['with other words', content({ constraints: [constraint('a', { statement: 'so' }), constraint('b')] }), false],
    ['of another level', content({ constraints: [constraint('a', { level: 'SHOULD' }), constraint('b')] }), false],
    ['with another check', content({ constraints: [constraint('a', { check: {} }), constraint('b')] }), false],
    [
      'to which a model added',
      content({ constraints: [constraint('a'), constraint('b'), constraint('m', { origin: 'MODEL' })] }),
      true,
    ],
    ['of which one has a conflict', content({ conflicts: [{ beliefId: 'a', withId: 'b', reason: '' }] }), false],
    ['of which one suppressed something', content({ suppressed: [{ beliefId: 'c', by: 'a', reason: '' }] }), true],
    ['of which one had more candidates cut', content({ shouldsCut: 3 }), true],
  ])('%s: same? %#', (_, other, isSame) => {
    expect(asksTheSame(content(), other)).toBe(isSame)
    expect(asksTheSame(other, content())).toBe(isSame)
  })
})
