import { randomUUID } from 'node:crypto'
import type { Identity } from '@mothership/platform/identity'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addRule, hire, startSystem, submit, type System, untilState, untilTaken } from './system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.dispose())

const newType = (): string => `test.t${randomUUID().slice(0, 8)}`

const WORK = `id type priority state progress progressMessage attempts maxAttempts error { code message } directive { id }
  agent { id } compliance { id } deadline correlationId createdAt updatedAt completedAt`
const read = async (id: string, fields: string, identity: Partial<Identity>) => {
  const source = `query ($id: ID!, $of: [_Any!]!) {
    task(id: $id) { ${fields} }
    _entities(representations: $of) { ... on Task { ${fields} } }
  }`
  const variables = { id, of: [{ __typename: 'Task', id }] }
  const { data, errors } = await system.task.query(source, variables, identity)
  const { task, _entities } = (data ?? {}) as { task?: Record<string, unknown>; _entities?: unknown[] }
  return { task, entity: _entities?.[0], code: errors?.[0]?.extensions['code'] }
}

describe('an agent', () => {
  it('reads the task that it was lent, and its input, and nothing of a task of another', async () => {
    const type = newType()
    const agent = await hire(system, [type])
    const other = await hire(system, [type])
    const { id } = await submit(system, type)
    for (const { identity } of [agent, other]) {
      expect(await read(id, WORK, identity)).toEqual({ task: null, entity: null, code: undefined })
    }
    await untilTaken(agent)
    const own = await read(id, `${WORK} input`, agent.identity)
    expect(own).toMatchObject({ task: { id, state: 'ASSIGNED', input: { n: 1 }, agent: { id: agent.id } } })
    expect(own.entity).toEqual(own.task)
    expect(await read(id, WORK, other.identity)).toEqual({ task: null, entity: null, code: undefined })
    expect(await read(id, `${WORK} input`, {})).toMatchObject({ task: { id }, entity: { id }, code: undefined })
  })

  it('that lost its task goes on reading it, without who has it now and what that one says', async () => {
    const type = newType()
    const [first, second] = [await hire(system, [type]), await hire(system, [type])]
    const { id } = await submit(system, type)
    const lost = await untilTaken(first)
    await first.fail(lost, { code: 'BUSY', message: 'another may', retryable: true })
    const lent = await untilTaken(second)
    await second.start(lent)
    await second.hold(lent, { progress: 0.5, message: 'a zebra' })
    const seen = await read(id, WORK, first.identity)
    expect(seen).toMatchObject({ task: { id, state: 'RUNNING', agent: null, progressMessage: null }, code: undefined })
    expect(seen.entity).toEqual(seen.task)
    expect((await read(id, 'input', first.identity)).code).toBe('FORBIDDEN')
    const now = await read(id, WORK, second.identity)
    expect(now.task).toMatchObject({ agent: { id: second.id }, progressMessage: 'a zebra' })
  })

  it.each(['events { totalCount }', 'reviewReason', 'reviewed { by note }', 'submittedBy', 'idempotencyKey'])(
    'does not read %s of its own task, which viewers do',
    async (field) => {
      const type = newType()
      const agent = await hire(system, [type])
      const { id } = await submit(system, type, { idempotencyKey: randomUUID() })
      await untilTaken(agent)
      expect((await read(id, field, agent.identity)).code).toBe('FORBIDDEN')
      expect((await read(id, field, { role: 'VIEWER', subject: 'bob' })).code).toBeUndefined()
    },
  )

  it('is not told who rejected its work, or why', async () => {
    const type = newType()
    const check = { kind: 'range', path: '/n', min: 2 }
    await addRule(system, type, { check, phase: 'RESULT', onFail: 'ESCALATE' })
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lent = await untilTaken(agent)
    await agent.start(lent)
    await agent.complete(lent, { n: 1 })
    await untilState(system, id, 'NEEDS_REVIEW')
    const reject = 'mutation ($id: ID!) { reviewTask(id: $id, decision: REJECT, note: "a zebra") { state } }'
    await system.task.data(reject, { id }, { role: 'OPERATOR', subject: 'olga' })
    const { task } = await read(id, WORK, agent.identity)
    expect(task).toMatchObject({ state: 'FAILED', error: { code: 'REJECTED' } })
    expect(JSON.stringify(task)).not.toMatch(/olga|zebra/)
    expect((await read(id, 'reviewed { by note }', {})).task).toEqual({ reviewed: { by: 'olga', note: 'a zebra' } })
  })
})
