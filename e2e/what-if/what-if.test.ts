import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, until } from '../client.ts'
import { waitUntil } from '../processes.ts'
import { startSystem, type System } from '../system.ts'

let system: System
let curator: Client & { username: string }
let operator: Client & { username: string }
/** A rule that asks for too much: the math agent signs nothing. */
const signed = {
  id: randomUUID(),
  name: 'Solutions are signed',
  description: 'Whoever solves something puts a name to it.',
  credence: 0.95,
  taskTypes: ['math.solve'],
  level: 'MUST',
  rule: { check: { kind: 'schema', path: '/signature', schema: { type: 'string' } }, onFail: 'ESCALATE' },
}
const tasks: string[] = []

beforeAll(async () => {
  system = await startSystem()
  curator = await system.signUp('CURATOR')
  operator = await system.signUp('OPERATOR')
  const create = 'mutation ($input: CreateBeliefInput!) { createBelief(input: $input) { id } }'
  await curator.data(create, { input: signed })
})
afterAll(() => system?.dispose())

const stateOf = async (id: string): Promise<string> =>
  (await operator.data<{ task: { state: string } }>('query ($id: ID!) { task(id: $id) { state } }', { id })).task.state

interface Difference {
  verdictBefore: string
  verdictAfter: string
  isFromDraft: boolean
  task: { id: string; state: string; reviewed: { by: string; note: string; decision: string } }
  constraints: { change: string; after: { because: { belief: { name: string } }[] } }[]
}
interface Replay {
  id: string
  state: string
  done: number
  total: number
}

describe('a curator asks what if', () => {
  it('after people accepted by hand what a rule refused: the belief says so, and the inbox suggests to look at it', async () => {
    const submit = 'mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { id } }'
    for (const expression of ['6 * 7', '2 + 2', '3 ^ 3']) {
      const input = { type: 'math.solve', input: { operation: 'evaluate', expression } }
      const { submitTask } = await operator.data<{ submitTask: { id: string } }>(submit, { input })
      tasks.unshift(submitTask.id)
      await waitUntil(async () => (await stateOf(submitTask.id)) === 'NEEDS_REVIEW', 'the task waits for a person')
      const review = `mutation ($id: ID!) {
        reviewTask(id: $id, decision: APPROVE, note: "right, signed or not") { state } }`
      await operator.data(review, { id: submitTask.id })
    }
    const record = `query ($id: ID!) { belief(id: $id) { name record { applied violated overridden reviewed } } }`
    const counted = { applied: 3, violated: 3, overridden: 3, reviewed: 3 }
    const patience = { interval: 200, timeout: 120_000 }
    await expect
      .poll(() => curator.data(record, { id: signed.id }), patience)
      .toEqual({ belief: { name: signed.name, record: counted } })
    const inbox = '{ suggestions { nodes { kind belief { name record { overridden } } } } }'
    await expect
      .poll(() => curator.data(inbox), patience)
      .toEqual({
        suggestions: {
          nodes: [{ kind: 'OVERRIDDEN_OFTEN', belief: { name: signed.name, record: { overridden: 3 } } }],
        },
      })
  })

  it('sees by a replay, live, which verdicts would be others if the rule were only a SHOULD', async () => {
    const start = `mutation ($changes: [JSON!]) { replayTasks(changes: $changes, last: 50) { id state done total } }`
    const changes = [{ updateBelief: { id: signed.id, level: 'SHOULD' } }]
    expect(await operator.code(start, { changes })).toBe('FORBIDDEN')
    const { replayTasks: replay } = await curator.data<{ replayTasks: Replay }>(start, { changes })
    expect(replay.total).toBe(tasks.length)
    const updates = await until(
      curator.subscribe<{ replayUpdates: { cursor: string; replay: Replay } }>(
        'subscription ($id: ID!) { replayUpdates(id: $id) { cursor replay { id state done total } } }',
        { id: replay.id },
      ),
      ({ replayUpdates }) => replayUpdates.replay.state !== 'RUNNING',
    )
    expect(updates.at(-1)?.replayUpdates.replay).toEqual({ ...replay, state: 'COMPLETED', done: tasks.length })
    const found = await curator.data<{ replay: { verdictsDiffering: number; differences: { nodes: Difference[] } } }>(
      `query ($id: ID!) { replay(id: $id) { verdictsDiffering differences { nodes {
        verdictBefore verdictAfter isFromDraft task { id state reviewed { by note decision } }
        constraints { change after { because { belief { name } } } }
      } } } }`,
      { id: replay.id },
    )
    expect(found.replay.verdictsDiffering).toBe(tasks.length)
    expect(found.replay.differences.nodes).toEqual(
      tasks.map((id) => ({
        verdictBefore: 'VIOLATION',
        verdictAfter: 'COMPLIANT',
        isFromDraft: true,
        task: {
          id,
          state: 'COMPLETED',
          reviewed: { by: operator.username, note: 'right, signed or not', decision: 'APPROVE' },
        },
        constraints: [{ change: 'CHANGED', after: { because: [{ belief: { name: signed.name } }] } }],
      })),
    )
  })

  it('and nothing has changed by that', async () => {
    const { belief } = await curator.data<{ belief: { level: string } }>(
      'query ($id: ID!) { belief(id: $id) { level } }',
      { id: signed.id },
    )
    expect(belief.level).toBe('MUST')
  })
})
