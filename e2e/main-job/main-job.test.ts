import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postJson, until } from '../client.ts'
import { start } from '../processes.ts'
import { ADMIN_PASSWORD, startSystem, type System } from '../system.ts'
import { curlBodies, watchExample } from './readme.ts'

let system: System
beforeAll(async () => {
  // Its parts tell what they are asked.
  system = await startSystem({ LOG_LEVEL: 'debug' })
})
afterAll(() => system?.dispose())

const SUBMIT = `mutation($input: SubmitTaskInput!) { submitTask(input: $input) { id state } }`
const UPDATES = `subscription($id: ID, $after: Cursor) {
  taskUpdates(id: $id, after: $after) {
    cursor
    event { version type to }
    task {
      id state progress
      agent { name state }
      directive { ontologyRevision constraints { statement because { belief { name relatedValues { value { name } } } } } }
      compliance { verdict findings { outcome constraint { statement } } }
    }
  }
}`
const WHY = `query($id: ID!) {
  task(id: $id) {
    state attempts result error { code message }
    agent { name }
    events(first: 50) { nodes { version type to } }
    compliance { verdict findings { outcome reason constraint { statement level } } }
    directive {
      ontologyRevision
      engine { provider }
      constraints { statement level because { weight strength beliefName belief { id name strength relatedValues { effect value { name } } } } }
    }
  }
}`

interface Update {
  taskUpdates: {
    cursor: string
    event: { version: number; type: string; to: string | null } | null
    task: {
      id: string
      state: string
      agent: { name: string } | null
      directive: { constraints: { because: { belief: { name: string } }[] }[] } | null
      compliance: { verdict: string } | null
    }
  }
}

const submit = async (input: object, extra: object = {}): Promise<string> => {
  const { submitTask } = await system.admin.data<{ submitTask: { id: string } }>(SUBMIT, {
    input: { type: 'math.solve', input, ...extra },
  })
  return submitTask.id
}
const versionsOf = (updates: Update[]): number[] =>
  updates.flatMap(({ taskUpdates }) => (taskUpdates.event ? [taskUpdates.event.version] : []))
const LAST = ['COMPLETED', 'FAILED', 'CANCELLED', 'NEEDS_REVIEW']
/** That a task is over, also where it was before anybody looked: what is told first is the task as it stands. */
const isOver = ({ taskUpdates }: Update): boolean => LAST.includes(taskUpdates.task.state)
/** The event by which a task is over: all others were told before. */
const isLastEvent = ({ taskUpdates }: Update): boolean => LAST.includes(taskUpdates.event?.to ?? '')

/** The cursor of a first event, behind which others of the same task come: all that is submitted later comes behind it. */
const earlierCursor = async (): Promise<string> => {
  const id = await submit({ operation: 'evaluate', expression: '1 + 2' })
  await until(system.admin.subscribe<Update>(UPDATES, { id }), isOver)
  const { task } = await system.admin.data<{ task: { events: { nodes: { cursor: string }[] } } }>(
    'query($id: ID!) { task(id: $id) { events(first: 1) { nodes { cursor } } } }',
    { id },
  )
  return task.events.nodes[0]!.cursor
}

describe('the main job', () => {
  it('streams a task from its submission to its end, with fields of every subgraph', async () => {
    // An earlier task is told of first: once it is, the subscription has begun, however long that took.
    const updates = system.admin.subscribe<Update>(UPDATES, { after: await earlierCursor() })
    expect((await updates.next()).value.data).toBeTruthy()
    const id = await submit({ operation: 'integrate', expression: 'x^2 * sin(x)', variable: 'x' })
    const isOfIt = ({ taskUpdates }: Update): boolean => taskUpdates.task.id === id
    const all = await until(updates, (update) => isOfIt(update) && isLastEvent(update))
    const seen = all.filter(isOfIt)
    const last = seen.at(-1)?.taskUpdates.task
    expect(last).toMatchObject({ id, state: 'COMPLETED', compliance: { verdict: 'COMPLIANT' } })
    expect(last?.agent?.name).toBeTruthy()
    expect(last?.directive?.constraints.length).toBeGreaterThan(0)
    const versions = versionsOf(seen)
    expect(versions.length).toBeGreaterThan(3)
    expect(versions).toEqual(versions.map((_, index) => index + 1))
  })

  it('can be found in the logs of all its parts by the correlation id of its submission', async () => {
    const id = `story-${randomUUID()}`
    const response = await fetch(new URL('/graphql', system.base), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${system.admin.token}`,
        'x-correlation-id': id,
      },
      body: JSON.stringify({
        query: SUBMIT,
        variables: { input: { type: 'math.solve', input: { operation: 'evaluate', expression: '2^10' } } },
      }),
    })
    expect(response.headers.get('x-correlation-id')).toBe(id)
    const { data } = (await response.json()) as { data: { submitTask: { id: string } } }
    await until(system.admin.subscribe<Update>(UPDATES, { id: data.submitTask.id }), isOver)
    const lines = (): Record<string, unknown>[] =>
      system
        .output()
        .split('\n')
        .filter((line) => line.includes(id) && line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    const operation = (subgraph: string, field: string) =>
      expect.objectContaining({ subgraph, fields: [field], correlationId: id }) as unknown
    const wanted = [
      operation('task', 'submitTask'),
      // By the steps of the task, which no request waits for.
      operation('directive', 'generateDirective'),
      operation('directive', 'checkCompliance'),
      // By the agent, and in its own log.
      operation('task', 'completeAssignment'),
      expect.objectContaining({ msg: 'done', taskId: data.submitTask.id, correlationId: id }) as unknown,
      // By the events, in what another subgraph makes of them.
      expect.objectContaining({ consumer: 'agent.health', correlationIds: expect.arrayContaining([id]) as unknown }),
    ]
    await expect.poll(lines, { timeout: 120_000 }).toEqual(expect.arrayContaining(wanted))
  })

  it('goes as the README shows, by curl and by graphql-ws', async () => {
    const { credentials, operations } = curlBodies(ADMIN_PASSWORD)
    const signedIn = await postJson(system.base, '/auth/token', credentials)
    const token: string = signedIn.body['accessToken'] ?? ''
    const watching = start(process.execPath, ['--input-type=module', '--eval', watchExample(system.base)], {
      TOKEN: token,
    })
    try {
      const [submission, why] = operations
      const ask = async (body: unknown) => (await postJson(system.base, '/graphql', body, token)).body
      const askForTask = async (): Promise<string> =>
        ((await ask(submission)) as unknown as { data: { submitTask: { id: string } } }).data.submitTask.id
      // It shows what comes after it has subscribed, and nothing tells when that is: ask until it shows something. One
      // after the other: the last would have to wait for all that are asked for meanwhile.
      const askAndLook = async (): Promise<string> => {
        const id = await askForTask()
        await until(system.admin.subscribe<Update>(UPDATES, { id }), isOver)
        return watching.output()
      }
      await expect.poll(askAndLook, { interval: 1000, timeout: 120_000 }).toContain('"cursor"')
      const id = await askForTask()
      await watching.shows(new RegExp(`"id":"${id}".*"state":"COMPLETED".*"statement":`), 120_000)
      interface Answer {
        data: {
          tasks: {
            nodes: {
              state: string
              directive: { constraints: { because: { belief: { relatedValues: { value: { name: string } }[] } }[] }[] }
            }[]
          }
        }
      }
      const answer = (await ask(why)) as unknown as Answer
      const [task] = answer.data.tasks.nodes
      expect(task?.state).toBe('COMPLETED')
      for (const { because } of task?.directive.constraints ?? []) {
        expect(because[0]?.belief.relatedValues[0]?.value.name).toBeTruthy()
      }
    } finally {
      await watching.stop()
    }
  })

  it('says for everything why: task, directive, constraint, belief, value', async () => {
    const id = await submit({ operation: 'solve', expression: 'x^2 - 5x + 6 = 0', variable: 'x' })
    await until(system.admin.subscribe<Update>(UPDATES, { id }), isOver)
    interface Why {
      task: {
        state: string
        attempts: number
        events: { nodes: { version: number; type: string }[] }
        compliance: { findings: { outcome: string; constraint: { level: string } }[] }
        directive: {
          ontologyRevision: number
          engine: { provider: string }
          constraints: { level: string; because: { belief: { relatedValues: { value: { name: string } }[] } }[] }[]
        }
      }
    }
    const { task } = await system.admin.data<Why>(WHY, { id })
    expect(task.state).toBe('COMPLETED')
    expect(task.directive.engine.provider).toBe('compiler')
    expect(task.directive.ontologyRevision).toBeGreaterThan(0)
    for (const { because } of task.directive.constraints) {
      expect(because[0]?.belief.relatedValues[0]?.value.name).toBeTruthy()
    }
    const musts = task.compliance.findings.filter(({ constraint }) => constraint.level === 'MUST')
    expect(musts.length).toBeGreaterThan(2)
    expect(musts.every(({ outcome }) => outcome === 'PASS')).toBe(true)
    expect(task.events.nodes.map(({ version }) => version)).toEqual(task.events.nodes.map((_, index) => index + 1))
  })

  it('resumes a subscription by its cursor without losing or repeating an event', async () => {
    const start = await earlierCursor()
    const id = await submit({ operation: 'differentiate', expression: 'sin(x) * x^3', variable: 'x' })
    const follow = (after: string) => system.admin.subscribe<Update>(UPDATES, { id, after })
    const before = await until(follow(start), ({ taskUpdates }) => taskUpdates.event?.version === 2)
    const rest = await until(follow(before.at(-1)!.taskUpdates.cursor), isLastEvent)
    const versions = versionsOf([...before, ...rest])
    expect(versions.length).toBeGreaterThan(3)
    expect(versions).toEqual(versions.map((_, index) => index + 1))
    // Behind the same cursor the same comes again.
    expect(versionsOf(await until(follow(start), isLastEvent))).toEqual(versions)
  })

  it('answers the same task for the same idempotency key, and CONFLICT for another input', async () => {
    const input = { operation: 'evaluate', expression: '6 * 7' }
    const key = { idempotencyKey: 'the-answer' }
    const first = await submit(input, key)
    expect(await submit(input, key)).toBe(first)
    const other = { type: 'math.solve', input: { ...input, expression: '6 * 9' }, ...key }
    expect(await system.admin.code(SUBMIT, { input: other })).toBe('CONFLICT')
  })

  it.each([
    ['malformed', { operation: 'evaluate', expression: '2 +* (3' }],
    ['of an unknown operation', { operation: 'divine', expression: '2' }],
    ['that is no mathematics', { operation: 'solve', expression: 'import("fs")', variable: 'x' }],
    ['whose answer nobody knows', { operation: 'integrate', expression: 'sin(sin(sin(x)))^x', variable: 'x' }],
  ])('ends a task %s as a clear failure, the agent alive', async (_, input) => {
    const id = await submit(input)
    const seen = await until(system.admin.subscribe<Update>(UPDATES, { id }), isOver)
    expect(seen.at(-1)?.taskUpdates.task.state).toBe('FAILED')
    const { task } = await system.admin.data<{ task: { error: { code: string; message: string } } }>(WHY, { id })
    expect(task.error.code).toMatch(/^[A-Z_]+$/)
    expect(task.error.message.length).toBeGreaterThan(10)
    const after = await submit({ operation: 'evaluate', expression: '1 + 1' })
    const done = await until(system.admin.subscribe<Update>(UPDATES, { id: after }), isOver)
    expect(done.at(-1)?.taskUpdates.task.state).toBe('COMPLETED')
  })

  it('refuses an input of more than 1 MB before anything is stored', async () => {
    const input = { type: 'math.solve', input: { operation: 'evaluate', expression: '1+'.repeat(600_000) } }
    expect(await system.admin.code(SUBMIT, { input })).toBe('BAD_USER_INPUT')
  })

  it('ends an expression of nearly 1 MB as a clear failure', async () => {
    const id = await submit({ operation: 'evaluate', expression: '1+'.repeat(450_000) + '1' })
    const seen = await until(system.admin.subscribe<Update>(UPDATES, { id }), isOver)
    expect(seen.at(-1)?.taskUpdates.task.state).toBe('FAILED')
  })

  it('keeps the directive of a belief that was deleted since', async () => {
    const created = await system.admin.data<{ createBelief: { id: string } }>(
      `mutation { createBelief(input: {name: "Answers are signed off in blue", description: "A belief that will go.", credence: 0.9, taskTypes: ["math.solve"]}) { id } }`,
    )
    const id = await submit({ operation: 'factor', expression: 'x^2 - 9', variable: 'x' })
    await until(system.admin.subscribe<Update>(UPDATES, { id }), isOver)
    await system.admin.data('mutation($id: ID!) { deleteBelief(id: $id) { id deletedAt } }', {
      id: created.createBelief.id,
    })
    interface Because {
      task: {
        directive: { constraints: { because: { beliefName: string; belief: { deletedAt: string | null } }[] }[] }
      }
    }
    const { task } = await system.admin.data<Because>(
      `query($id: ID!) { task(id: $id) { directive { constraints { because { beliefName belief { deletedAt } } } } } }`,
      { id },
    )
    const because = task.directive.constraints.flatMap((constraint) => constraint.because)
    const deleted = because.find(({ beliefName }) => beliefName === 'Answers are signed off in blue')
    expect(deleted?.belief.deletedAt).toBeTruthy()
  })
})
