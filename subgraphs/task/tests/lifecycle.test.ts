import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addRule, eventsOf, hire, see, startSystem, submit, type System, untilState, untilTaken } from './system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.dispose())

const newType = (): string => `test.t${randomUUID().slice(0, 8)}`
const max5 = (onFail: string) => ({ check: { kind: 'range', path: '/answer', max: 5 }, onFail })

const entity = async <T>(type: string, id: string | undefined, fields: string): Promise<T> => {
  const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${fields} } } }`
  const data = await system.directive.data<{ _entities: T[] }>(source, { r: [{ __typename: type, id }] })
  return data._entities[0] as T
}
const reportOf = (id: string | undefined) =>
  entity<{ phase: string; verdict: string; findings: { outcome: string; value: string | null }[] } | null>(
    'ComplianceReport',
    id,
    'phase verdict findings { outcome value }',
  )
const recordOf = async (id: string) =>
  (
    await entity<{ record: { applied: number; violated: number; reviewed: number } }>(
      'Belief',
      id,
      'record { applied violated reviewed }',
    )
  ).record

describe('a task', () => {
  it('goes from its submission to an accepted result, and its events tell the way', async () => {
    const type = newType()
    await addRule(system, type, max5('RETRY'))
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lent = await untilTaken(agent)
    expect(lent).toMatchObject({ attempt: 1, feedback: null, task: { id, input: { n: 1 }, state: 'ASSIGNED' } })
    expect(await agent.start(lent)).toMatchObject({ cancel: false, drain: false, violation: null })
    await agent.hold(lent, { progress: 0.5, message: 'half way' })
    await agent.complete(lent, { answer: 4 }, { steps: [], tokens: 1 })
    const task = await untilState(system, id, 'COMPLETED', 'FAILED', 'NEEDS_REVIEW')
    expect(task).toMatchObject({ state: 'COMPLETED', result: { answer: 4 }, attempts: 1, progress: 1, error: null })
    expect(task.directive?.id).toBe(lent.directive.id)
    expect(task.compliance).not.toBeNull()
    const events = await eventsOf(system, id)
    expect(events.map(({ type }) => type)).toEqual([
      'SUBMITTED',
      'DIRECTED',
      'ASSIGNED',
      'STARTED',
      'PROGRESS',
      'RESULT_RECEIVED',
      'COMPLETED',
    ])
    expect(events.at(-1)).toMatchObject({ version: 7, from: 'VALIDATING', to: 'COMPLETED' })
  })

  it('is tried again with feedback where a MUST failed, and fails when its attempts are used up', async () => {
    const type = newType()
    await addRule(system, type, max5('RETRY'))
    const agent = await hire(system, [type])
    const { id } = await submit(system, type, { maxAttempts: 2 })
    await agent.complete(await untilTaken(agent), { answer: 9 })
    const second = await untilTaken(agent)
    expect(second.attempt).toBe(2)
    expect(second.feedback?.id).toBeTruthy()
    await agent.complete(second, { answer: 10 })
    const task = await untilState(system, id, 'FAILED')
    expect(task).toMatchObject({ error: { code: 'VIOLATION' }, result: null, attempts: 2 })
    const types = (await eventsOf(system, id)).map(({ type }) => type)
    expect(types.slice(-6)).toEqual(['VIOLATION', 'RETRIED', 'ASSIGNED', 'RESULT_RECEIVED', 'VIOLATION', 'FAILED'])
  })

  it('fails at once where the failed MUST rejects', async () => {
    const type = newType()
    await addRule(system, type, max5('REJECT'))
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    await agent.complete(await untilTaken(agent), { answer: 9 })
    expect(await untilState(system, id, 'FAILED', 'DIRECTED')).toMatchObject({
      error: { code: 'VIOLATION' },
      attempts: 1,
    })
  })

  it('waits for a person where the failed MUST escalates; approved, its result stands', async () => {
    const type = newType()
    await addRule(system, type, max5('ESCALATE'))
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    await agent.complete(await untilTaken(agent), { answer: 9 })
    const waiting = await untilState(system, id, 'NEEDS_REVIEW')
    expect(waiting).toMatchObject({ result: { answer: 9 } })
    expect(waiting.reviewReason).toMatch(/Not met/)
    const review = `mutation ($id: ID!, $decision: ReviewDecision!) {
      reviewTask(id: $id, decision: $decision, note: "close enough") { state result }
    }`
    const asViewer = await system.task.query(review, { id, decision: 'APPROVE' }, { role: 'VIEWER', subject: 'vera' })
    expect(asViewer.errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
    await system.task.data(review, { id, decision: 'APPROVE' }, { role: 'OPERATOR', subject: 'olga' })
    expect(await see(system, id)).toMatchObject({ state: 'COMPLETED', result: { answer: 9 } })
    const again = await system.task.query(review, { id, decision: 'REJECT' })
    expect(again.errors?.[0]?.extensions['code']).toBe('CONFLICT')
    expect((await eventsOf(system, id)).find(({ type }) => type === 'REVIEWED')).toMatchObject({
      message: 'close enough',
      data: { decision: 'APPROVE', by: 'olga', about: 'RESULT', reportId: waiting.compliance?.id },
    })
    const reviewed = `query ($id: ID!) { task(id: $id) {
      reviewed { decision about by note at compliance { id } }
    } }`
    expect(await system.task.data(reviewed, { id }, { role: 'VIEWER', subject: 'vera' })).toEqual({
      task: {
        reviewed: {
          decision: 'APPROVE',
          about: 'RESULT',
          by: 'olga',
          note: 'close enough',
          at: (await see(system, id)).completedAt,
          compliance: waiting.compliance,
        },
      },
    })
  })

  it('waits for a person where two MUSTs of its directive contradict, before any agent sees it', async () => {
    const type = newType()
    const one = await addRule(system, type, max5('RETRY'))
    const other = await addRule(system, type, { check: { kind: 'range', path: '/answer', min: 6 } })
    await system.ontology.data('mutation ($input: RelateBeliefsInput!) { relateBeliefs(input: $input) { id } }', {
      input: { type: 'CONTRADICTS', from: one, to: other, weight: 0.1 },
    })
    const agent = await hire(system, [type])
    const approved = await submit(system, type)
    const rejected = await submit(system, type)
    for (const { id } of [approved, rejected]) {
      expect((await untilState(system, id, 'NEEDS_REVIEW')).reviewReason).toMatch(/contradict/)
    }
    expect(await agent.take()).toEqual([])
    const review = `mutation ($id: ID!, $decision: ReviewDecision!, $note: String) {
      reviewTask(id: $id, decision: $decision, note: $note) { id }
    }`
    await system.task.data(review, { id: approved.id, decision: 'APPROVE', note: 'the first one is meant' })
    await system.task.data(review, { id: rejected.id, decision: 'REJECT' })
    expect(await see(system, rejected.id)).toMatchObject({ state: 'FAILED', error: { code: 'REJECTED' } })
    expect((await untilTaken(agent)).task.id).toBe(approved.id)
    const reviewed = 'query ($id: ID!) { task(id: $id) { reviewed { decision about note compliance { id } } } }'
    expect(await system.task.data(reviewed, { id: rejected.id })).toEqual({
      task: { reviewed: { decision: 'REJECT', about: 'DIRECTIVE', note: null, compliance: null } },
    })
  })

  it('waits for a person where nobody can judge a MUST', async () => {
    const type = newType()
    await addRule(system, type, { check: { kind: 'judge', rubric: 'It is kind.', threshold: 0.5 } })
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    await agent.complete(await untilTaken(agent), { answer: 'hello' })
    expect((await untilState(system, id, 'NEEDS_REVIEW', 'COMPLETED')).reviewReason).toMatch(/A person must judge/)
    await refusesWithoutNote(id, 'REJECT', /nobody else could judge/)
    await refusesWithoutNote(id, 'APPROVE', /nobody else could judge/)
  })

  it('is accepted against what was found only with the reason why', async () => {
    const type = newType()
    await addRule(system, type, max5('ESCALATE'))
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    await agent.complete(await untilTaken(agent), { answer: 9 })
    await untilState(system, id, 'NEEDS_REVIEW')
    await refusesWithoutNote(id, 'APPROVE', /against what was found/)
    const reject = 'mutation ($id: ID!) { reviewTask(id: $id, decision: REJECT) { state } }'
    expect(await system.task.data(reject, { id })).toEqual({ reviewTask: { state: 'FAILED' } })
  })

  const refusesWithoutNote = async (id: string, decision: string, why: RegExp): Promise<void> => {
    const source = `mutation ($id: ID!, $decision: ReviewDecision!, $note: String) {
      reviewTask(id: $id, decision: $decision, note: $note) { id }
    }`
    for (const note of [null, ' \n']) {
      const { errors } = await system.task.query(source, { id, decision, note })
      expect(errors?.[0]).toMatchObject({
        message: expect.stringMatching(why) as string,
        extensions: { code: 'BAD_USER_INPUT', path: 'note' },
      })
    }
    expect((await see(system, id)).state).toBe('NEEDS_REVIEW')
  }

  it('ends an attempt whose plan breaks a MUST, and tells its agent to stop', async () => {
    const type = newType()
    await addRule(system, type, { check: { kind: 'steps', require: ['verify'] }, phase: 'PLAN', onFail: 'RETRY' })
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const first = await untilTaken(agent)
    const refused = await agent.start(first, ['guess'])
    expect(refused).toMatchObject({ cancel: true })
    expect(refused.violation?.id).toBeTruthy()
    const second = await untilTaken(agent)
    expect(second).toMatchObject({ attempt: 2, feedback: { id: refused.violation?.id } })
    expect(await agent.start(second, ['solve', 'verify'])).toMatchObject({ cancel: false })
    await agent.complete(second, { answer: 1 }, { steps: [{ name: 'verify', at: '2026-01-01T00:00:00.000Z' }] })
    expect(await untilState(system, id, 'COMPLETED', 'FAILED')).toMatchObject({ state: 'COMPLETED' })
  })

  it('lets a plan through that a person approved, by its only attempt, and checks another one afresh', async () => {
    const type = newType()
    await addRule(system, type, { check: { kind: 'steps', forbid: ['call'] }, phase: 'PLAN', onFail: 'ESCALATE' })
    const agent = await hire(system, [type])
    const { id } = await submit(system, type, { maxAttempts: 1 })
    const approve = async (): Promise<void> => {
      await untilState(system, id, 'NEEDS_REVIEW')
      const source = `mutation ($id: ID!) { reviewTask(id: $id, decision: APPROVE, note: "it may call") { state } }`
      expect(await system.task.data(source, { id })).toEqual({ reviewTask: { state: 'DIRECTED' } })
    }
    const plan = ['look', 'call']
    expect(await agent.start(await untilTaken(agent), plan)).toMatchObject({ cancel: true })
    await approve()
    const second = await untilTaken(agent)
    expect(second).toMatchObject({ attempt: 1, feedback: null })
    expect(await agent.start(second, ['call', 'look'])).toMatchObject({ cancel: true })
    await approve()
    const third = await untilTaken(agent)
    expect(await agent.start(third, ['call', 'look'])).toMatchObject({ cancel: false, violation: null })
    await agent.complete(third, { answer: 1 })
    expect(await untilState(system, id, 'COMPLETED', 'FAILED', 'NEEDS_REVIEW')).toMatchObject({
      state: 'COMPLETED',
      attempts: 1,
    })
  })

  it.each([
    ['asks for a step', { kind: 'steps', require: ['verify'] }],
    ['only forbids one', { kind: 'steps', forbid: ['guess'] }],
    ['needs judgement', { kind: 'judge', rubric: 'The plan is careful.', threshold: 0.5 }],
  ])('does not let an agent begin without a plan where a MUST on plans %s', async (_, check) => {
    const type = newType()
    await addRule(system, type, { check, phase: 'PLAN', onFail: 'REJECT' })
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lent = await untilTaken(agent)
    const told = await agent.start(lent)
    expect(told).toMatchObject({ cancel: true })
    expect(told.violation?.id).toBeTruthy()
    expect(await see(system, id)).toMatchObject({
      state: 'FAILED',
      error: { code: 'VIOLATION' },
      compliance: { id: told.violation?.id },
    })
    await expect(agent.complete(lent, { answer: 1 })).rejects.toMatchObject({
      extensions: { code: 'STALE_ASSIGNMENT' },
    })
  })

  it('keeps no agent waiting for what a SHOULD asks of its plan: that is checked with the result', async () => {
    const type = newType()
    const rule = { check: { kind: 'steps', forbid: ['guess'] }, phase: 'PLAN', onFail: 'WARN' }
    const belief = await addRule(system, type, rule, 'SHOULD')
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lent = await untilTaken(agent)
    system.cutOff('directive')
    try {
      expect(await agent.start(lent, ['guess'])).toMatchObject({ cancel: false })
    } finally {
      system.connect('directive')
    }
    await agent.complete(lent, { answer: 1 })
    await untilState(system, id, 'COMPLETED')
    expect(await recordOf(belief)).toMatchObject({ applied: 1, violated: 1 })
  })

  it('does not let an agent past a MUST on plans by not even beginning', async () => {
    const type = newType()
    await addRule(system, type, { check: { kind: 'steps', forbid: ['guess'] }, phase: 'PLAN', onFail: 'REJECT' })
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    await agent.complete(await untilTaken(agent), { answer: 1 })
    expect(await untilState(system, id, 'COMPLETED', 'FAILED')).toMatchObject({ error: { code: 'VIOLATION' } })
  })

  it('ends an attempt as soon as a step breaks a MUST, and tells its agent to stop', async () => {
    const type = newType()
    await addRule(system, type, { check: { kind: 'steps', forbid: ['leak'] }, phase: 'DURING', onFail: 'REJECT' })
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lent = await untilTaken(agent)
    await agent.start(lent)
    const step = (name: string) => ({ name, at: '2026-01-01T00:00:00.000Z' })
    expect(await agent.hold(lent, { steps: [step('read')] })).toMatchObject({ cancel: false, violation: null })
    const told = await agent.hold(lent, { steps: [step('leak')] })
    expect(told).toMatchObject({ cancel: true })
    expect(told.violation?.id).toBeTruthy()
    expect(await see(system, id)).toMatchObject({
      state: 'FAILED',
      error: { code: 'VIOLATION' },
      compliance: { id: told.violation?.id },
    })
    expect(await agent.hold(lent)).toMatchObject({ cancel: true })
  })

  it('checks steps that nobody could check when they came with the next word of their agent', async () => {
    const type = newType()
    await addRule(system, type, { check: { kind: 'steps', forbid: ['leak'] }, phase: 'DURING', onFail: 'REJECT' })
    const agent = await hire(system, [type])
    await submit(system, type)
    const lent = await untilTaken(agent)
    await agent.start(lent)
    system.cutOff('directive')
    const steps = [{ name: 'leak', at: '2026-01-01T00:00:00.000Z' }]
    try {
      expect(await agent.hold(lent, { steps })).toMatchObject({ cancel: false, violation: null })
    } finally {
      system.connect('directive')
    }
    const told = await agent.hold(lent)
    expect(told).toMatchObject({ cancel: true })
    expect(told.violation?.id).toBeTruthy()
  })
})

describe('time', () => {
  it('ends an attempt that overruns the budget of a MUST, by our clock, and tells its agent to stop', async () => {
    const type = newType()
    await addRule(system, type, { check: { kind: 'budget', milliseconds: 700 }, onFail: 'REJECT' })
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lent = await untilTaken(agent)
    await agent.start(lent)
    await new Promise((resolve) => setTimeout(resolve, 800))
    await agent.hold(lent)
    expect(await untilState(system, id, 'FAILED')).toMatchObject({ error: { code: 'BUDGET_EXCEEDED' } })
    expect(await agent.hold(lent)).toMatchObject({ cancel: true })
    await expect(agent.complete(lent, { answer: 1 })).rejects.toMatchObject({
      extensions: { code: 'STALE_ASSIGNMENT' },
    })
  })

  it('reports an overrun once, as feedback and as what a person decides about', async () => {
    const type = newType()
    const belief = await addRule(system, type, { check: { kind: 'budget', milliseconds: 700 }, onFail: 'ESCALATE' })
    await addRule(
      system,
      type,
      { check: { kind: 'steps', forbid: ['stray'] }, phase: 'DURING', onFail: 'WARN' },
      'SHOULD',
    )
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lent = await untilTaken(agent)
    await agent.start(lent)
    await new Promise((resolve) => setTimeout(resolve, 800))
    await agent.hold(lent)
    const { compliance } = await untilState(system, id, 'NEEDS_REVIEW')
    const report = await reportOf(compliance?.id)
    expect(report).toMatchObject({ phase: 'DURING', verdict: 'VIOLATION' })
    const failed = report?.findings.filter(({ outcome }) => outcome === 'FAIL')
    expect(failed).toEqual([{ outcome: 'FAIL', value: expect.stringMatching(/^\d+ milliseconds$/) as string }])
    expect(await recordOf(belief)).toMatchObject({ applied: 1, violated: 1 })
    const reviewed = `mutation ($id: ID!) { reviewTask(id: $id, decision: APPROVE, note: "once more") { id } }`
    await system.task.data(reviewed, { id })
    expect((await untilTaken(agent)).feedback?.id).toBe(compliance?.id)
    while ((await recordOf(belief)).reviewed === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await recordOf(belief)).toMatchObject({ applied: 1, violated: 1, reviewed: 1 })
  })

  it('ends an attempt that overruns also while nobody can report it', async () => {
    const type = newType()
    await addRule(system, type, { check: { kind: 'budget', milliseconds: 700 } })
    const agent = await hire(system, [type])
    await submit(system, type)
    const lent = await untilTaken(agent)
    await agent.start(lent)
    system.cutOff('directive')
    try {
      await new Promise((resolve) => setTimeout(resolve, 800))
      await agent.hold(lent)
      expect(await untilTaken(agent)).toMatchObject({ attempt: 2, feedback: null })
    } finally {
      system.connect('directive')
    }
  })

  it('follows the sternest of the budgets that an attempt overran', async () => {
    const type = newType()
    await addRule(system, type, { check: { kind: 'budget', milliseconds: 500 }, onFail: 'RETRY' })
    await addRule(system, type, { check: { kind: 'budget', milliseconds: 700 }, onFail: 'REJECT' })
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lent = await untilTaken(agent)
    await new Promise((resolve) => setTimeout(resolve, 800))
    await agent.hold(lent)
    expect(await untilState(system, id, 'FAILED', 'DIRECTED')).toMatchObject({
      state: 'FAILED',
      error: { code: 'BUDGET_EXCEEDED' },
    })
  })

  it('does not put down to its budget what an agent left that fell silent before: another one tries', async () => {
    const type = newType()
    await addRule(system, type, { check: { kind: 'budget', milliseconds: 700 }, onFail: 'REJECT' })
    const silent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lost = await untilTaken(silent)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(await untilState(system, id, 'ASSIGNED')).toMatchObject({ attempts: 1 })
    await expireLease(lost.id)
    const other = await hire(system, [type])
    expect(await untilTaken(other)).toMatchObject({ attempt: 2, task: { id } })
  })

  it('gives the task of a silent agent to another when its lease runs out, and the first is refused', async () => {
    const type = newType()
    const silent = await hire(system, [type])
    const { id } = await submit(system, type, { maxAttempts: 2 })
    const lost = await untilTaken(silent)
    await expireLease(lost.id)
    const other = await hire(system, [type])
    const lent = await untilTaken(other)
    expect(lent).toMatchObject({ attempt: 2, task: { id } })
    await expect(silent.hold(lost)).rejects.toMatchObject({ extensions: { code: 'STALE_ASSIGNMENT' } })
    await expireLease(lent.id)
    const task = await untilState(system, id, 'FAILED')
    expect(task).toMatchObject({ error: { code: 'ATTEMPTS_EXHAUSTED' }, attempts: 2 })
    expect((await eventsOf(system, id)).map(({ type }) => type).slice(-2)).toEqual(['LEASE_EXPIRED', 'FAILED'])
  })

  it('ends a task at its deadline, whoever has it', async () => {
    const type = newType()
    const { id } = await submit(system, type, { deadline: new Date(Date.now() + 8_000).toISOString() })
    expect(await untilState(system, id, 'FAILED')).toMatchObject({ error: { code: 'DEADLINE_EXCEEDED' } })
  })

  it('waits for a directive subgraph that can not be reached, and goes on when it can', async () => {
    const type = newType()
    system.cutOff('directive')
    const { id } = await submit(system, type)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect((await see(system, id)).state).toBe('SUBMITTED')
    system.connect('directive')
    await untilState(system, id, 'DIRECTED')
  })

  const expireLease = (attemptId: string) =>
    system.database.query(
      `with late as (
         update task.attempt set lease_expires_at = clock_timestamp() - interval '1 second' where id = $1 returning task_id
       ) update task.task set next_step_at = clock_timestamp() where id in (select task_id from late)`,
      [attemptId],
    )
})

describe('an agent', () => {
  it('gets an answer to a completion that it repeats, and a refusal to any other', async () => {
    const type = newType()
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lent = await untilTaken(agent)
    await agent.complete(lent, { b: 1, a: [2] })
    expect(await agent.complete(lent, { a: [2], b: 1 })).toMatchObject({ id })
    await untilState(system, id, 'COMPLETED')
    expect(await agent.complete(lent, { a: [2], b: 1 })).toMatchObject({ id, state: 'COMPLETED' })
    await expect(agent.complete(lent, { a: [3] })).rejects.toMatchObject({ extensions: { code: 'STALE_ASSIGNMENT' } })
    await expect(agent.hold(lent)).rejects.toMatchObject({ extensions: { code: 'STALE_ASSIGNMENT' } })
  })

  it('ends a task by a failure that no attempt can mend, and leaves one that may be mended to another attempt', async () => {
    const type = newType()
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const first = await untilTaken(agent)
    const passing = { code: 'BUSY', message: 'the solver is busy', retryable: true }
    expect(await agent.fail(first, passing)).toMatchObject({ state: 'DIRECTED' })
    expect(await agent.fail(first, passing)).toMatchObject({ id })
    const second = await untilTaken(agent)
    await agent.fail(second, { code: 'UNSOLVABLE', message: 'no closed form', retryable: false })
    expect(await see(system, id)).toMatchObject({
      state: 'FAILED',
      attempts: 2,
      error: { code: 'UNSOLVABLE', message: 'no closed form' },
    })
  })

  it('is told to stop what was cancelled', async () => {
    const type = newType()
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lent = await untilTaken(agent)
    const cancel = 'mutation ($id: ID!) { cancelTask(id: $id) { state } }'
    for (let times = 0; times < 2; times++) {
      expect(await system.task.data(cancel, { id })).toEqual({ cancelTask: { state: 'CANCELLED' } })
    }
    expect(await agent.hold(lent)).toMatchObject({ cancel: true })
    await expect(agent.complete(lent, 1)).rejects.toMatchObject({ extensions: { code: 'STALE_ASSIGNMENT' } })
    expect(await see(system, id)).toMatchObject({ state: 'CANCELLED', result: null })
    const retry = 'mutation ($id: ID!) { retryTask(id: $id) { directive { id } } }'
    const retried = await system.task.data<{ retryTask: { directive: { id: string } } }>(retry, { id })
    expect(retried.retryTask.directive.id).toBe(lent.directive.id)
    const again = await untilTaken(agent)
    expect(again).toMatchObject({ attempt: 1, task: { id }, directive: { id: lent.directive.id } })
    await agent.complete(again, 2)
    expect(await untilState(system, id, 'COMPLETED')).toMatchObject({ result: 2, attempts: 1 })
  })

  it('loses all it holds at once where its instance registers again', async () => {
    const type = newType()
    const agent = await hire(system, [type])
    const { id } = await submit(system, type)
    const lost = await untilTaken(agent)
    // Only its second coming can take the task from it.
    await system.database.query(
      `update task.attempt set lease_expires_at = clock_timestamp() + interval '1 hour' where id = $1`,
      [lost.id],
    )
    const reborn = await hire(system, [type], { credentialId: agent.identity.subject ?? '' })
    expect(reborn.id).toBe(agent.id)
    const lent = await untilTaken(reborn)
    expect(lent).toMatchObject({ attempt: 2, task: { id } })
    await expect(agent.complete(lost, 1)).rejects.toMatchObject({ extensions: { code: 'STALE_ASSIGNMENT' } })
  })

  it('takes nothing more while it drains, and is told so', async () => {
    const type = newType()
    const agent = await hire(system, [type], { concurrency: 2 })
    await submit(system, type)
    const lent = await untilTaken(agent)
    const { id } = await submit(system, type)
    await untilState(system, id, 'DIRECTED')
    await system.agent.data('mutation ($id: ID!) { drainAgent(id: $id) { state } }', { id: agent.id })
    expect(await agent.take()).toEqual([])
    expect(await agent.hold(lent)).toMatchObject({ drain: true, cancel: false })
  })

  it('must register before it asks for work', async () => {
    const nobody = { role: 'AGENT', subject: randomUUID(), name: 'nobody' } as const
    const { errors } = await system.task.query('mutation { takeAssignments(max: 1) { id } }', {}, nobody)
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
  })
})
