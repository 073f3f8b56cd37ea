import { randomUUID } from 'node:crypto'
import type { Identity } from '@mothership/platform/identity'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createReplayStore } from '../src/store/replays.ts'
import { edit, hire, newBelief, review, startSystem, type System, until, type Worker } from './system.ts'

let system: System
let worker: Worker
const carla = { role: 'CURATOR', subject: 'carla', name: 'Carla' } as const
const TASKS = 12
const SECRET = 'what only the result says'

const atLeast = (min: number) => ({ check: { kind: 'range', path: '/answer', min }, onFail: 'ESCALATE' })
const graded = newBelief('test.replay', { rule: atLeast(0) })
const kind = newBelief('test.replay', { level: 'SHOULD' })
const planned = newBelief('test.plan', { rule: { check: { kind: 'steps', require: ['think'] }, phase: 'PLAN' } })

/** Twelve tasks with the answers 1 to 12, the last one first. */
const ids: string[] = []

beforeAll(async () => {
  system = await startSystem()
  await edit(
    system,
    [graded, kind, planned].map((createBelief) => ({ createBelief })),
  )
  worker = await hire(system, ['test.replay', 'test.plan'])
  for (let answer = 1; answer <= TASKS; answer++) {
    const { id, state } = await worker.work('test.replay', { input: { n: answer }, result: { answer, text: SECRET } })
    expect(state).toBe('COMPLETED')
    ids.unshift(id)
  }
})
afterAll(() => system.dispose())

const CONSTRAINT = '{ id statement level check because { belief { id } beliefName } }'
const REPLAY = `id author state proposalId last total done directivesDiffering verdictsDiffering ontologyRevision reason
  startedAt endedAt differences(first: 100) { totalCount nodes {
    task { id } taskType verdictBefore verdictAfter isFromDraft ontologyRevision
    constraints { change before ${CONSTRAINT} after ${CONSTRAINT} }
    findings { constraint ${CONSTRAINT} before after path reason }
    conflicts { belief { id } with { id } reason }
  } }`
const START = `mutation ($changes: [JSON!], $proposalId: ID, $last: Int! = 100) {
  replayTasks(changes: $changes, proposalId: $proposalId, last: $last) { ${REPLAY} } }`
const CANCEL = `mutation ($id: ID!) { cancelReplay(id: $id) { ${REPLAY} } }`

interface Constraint {
  statement: string
  because: { belief: { id: string } }[]
}
interface Replay {
  id: string
  state: string
  total: number
  done: number
  directivesDiffering: number
  verdictsDiffering: number
  ontologyRevision: number
  reason: string | null
  endedAt: string | null
  differences: {
    totalCount: number
    nodes: {
      task: { id: string }
      verdictBefore: string | null
      verdictAfter: string | null
      isFromDraft: boolean
      constraints: { change: string; before: Constraint | null; after: Constraint | null }[]
      findings: { before: string | null; after: string | null; path: string | null; reason: string }[]
      conflicts: { belief: { id: string } }[]
    }[]
  }
}
interface Given {
  changes?: object[]
  proposalId?: string
  last?: number
}

const begin = async (given: Given, identity: Partial<Identity> = carla): Promise<Replay> =>
  (await system.data<{ replayTasks: Replay }>('directive', START, { ...given }, identity)).replayTasks
const see = async (id: string): Promise<Replay> => {
  const source = `query ($id: ID!) { replay(id: $id) { ${REPLAY} } }`
  return (await system.data<{ replay: Replay }>('directive', source, { id })).replay
}
const untilOver = async (id: string): Promise<Replay> => {
  await until(async () => (await see(id)).state !== 'RUNNING')
  return see(id)
}
const replay = async (given: Given): Promise<Replay> => untilOver((await begin(given)).id)
const refusal = async (given: object, identity: Partial<Identity> = carla) => {
  const { errors } = await system.query('directive', START, { ...given }, identity)
  return { code: errors?.[0]?.extensions['code'], path: errors?.[0]?.extensions['path'] }
}
/** Waits for the job of a replay to have met a peer that is not there. */
const untilStuck = (id: string) =>
  until(async () => {
    const rows = await system.database.query('select 1 from directive.replay where id = $1::uuid and failures > 0', [
      id,
    ])
    return rows.length > 0
  })

describe('a replay', () => {
  it('tells which directives and verdicts a draft would change, the last task first', async () => {
    const changes = [{ updateBelief: { id: graded.id, rule: atLeast(6) } }]
    const begun = await begin({ changes })
    expect(begun).toMatchObject({ state: 'RUNNING', author: 'carla', last: 100, total: TASKS, done: 0, endedAt: null })
    const over = await untilOver(begun.id)
    expect(over).toMatchObject({
      state: 'COMPLETED',
      done: TASKS,
      directivesDiffering: TASKS,
      verdictsDiffering: 5,
      reason: null,
      ontologyRevision: 1,
    })
    const { nodes } = over.differences
    expect(nodes.map(({ task }) => task.id)).toEqual(ids)
    expect(nodes.map(({ verdictAfter }) => verdictAfter)).toEqual([
      ...Array.from({ length: 7 }, () => 'COMPLIANT'),
      ...Array.from({ length: 5 }, () => 'VIOLATION'),
    ])
    expect(nodes.at(-1)).toMatchObject({
      verdictBefore: 'COMPLIANT',
      isFromDraft: true,
      constraints: [
        {
          change: 'CHANGED',
          before: { check: { min: 0 }, because: [{ belief: { id: graded.id } }] },
          after: { check: { min: 6 } },
        },
      ],
      findings: [{ before: 'PASS', after: 'FAIL', path: '/answer' }],
    })
    expect(nodes[0]).toMatchObject({ constraints: [{ change: 'CHANGED' }], findings: [] })
    expect(JSON.stringify(over)).not.toContain(SECRET)
  })

  it('changes nothing of the tasks, their directives or the ontology', async () => {
    const state = async () => [
      await system.database.query('select id, version, state from task.task order by id'),
      await system.database.query('select id, version, status, content from directive.directive order by id'),
      await system.database.query('select * from directive.belief_record order by belief_id'),
      await system.database.query('select revision from ontology.head'),
    ]
    const before = await state()
    await replay({ changes: [{ deleteBelief: graded.id }] })
    expect(await state()).toEqual(before)
  })

  it('tells nothing where a draft concerns none of the tasks', async () => {
    const over = await replay({ changes: [{ createBelief: newBelief('test.other') }] })
    expect(over).toMatchObject({ state: 'COMPLETED', done: TASKS, directivesDiffering: 0, verdictsDiffering: 0 })
    expect(over.differences).toEqual({ totalCount: 0, nodes: [] })
  })

  it('tells what would come and go, and that two MUSTs would contradict each other', async () => {
    const added = newBelief('test.replay', { rule: { check: { kind: 'schema', path: '/unit', schema: {} } } })
    const relateBeliefs = { type: 'CONTRADICTS', from: added.id, to: graded.id, weight: 0.01 }
    const changes = [{ createBelief: added }, { deleteBelief: kind.id }, { relateBeliefs }]
    const { differences } = await replay({ changes, last: 3 })
    expect(differences.totalCount).toBe(3)
    const [one] = differences.nodes
    expect(
      one?.constraints.map(({ change, before, after }) => [change, (after ?? before)?.because[0]?.belief.id]),
    ).toEqual(
      expect.arrayContaining([
        ['ADDED', added.id],
        ['REMOVED', kind.id],
      ]),
    )
    expect(one?.findings.map(({ before, after }) => [before, after])).toEqual(
      expect.arrayContaining([
        [null, 'FAIL'],
        ['UNKNOWN', null],
      ]),
    )
    expect(one?.conflicts).toHaveLength(1)
    expect(one).toMatchObject({ verdictBefore: 'COMPLIANT', verdictAfter: 'VIOLATION' })
  })

  it('checks the declared plan again, and tells a task without a result by its directive alone', async () => {
    await worker.work('test.plan', { trace: { plan: ['think'] } })
    const submit = 'mutation { submitTask(input: { type: "test.plan", input: {} }) { id } }'
    const { submitTask } = await system.data<{ submitTask: { id: string } }>('task', submit)
    await until(async () => {
      const source = 'query ($id: ID!) { task(id: $id) { state } }'
      return (await system.data<{ task: { state: string } }>('task', source, submitTask)).task.state === 'DIRECTED'
    })
    await system.data('task', 'mutation ($id: ID!) { cancelTask(id: $id) { id } }', submitTask)
    const rule = { check: { kind: 'steps', require: ['doubt'] }, phase: 'PLAN' }
    const { differences } = await replay({ changes: [{ updateBelief: { id: planned.id, rule } }], last: 2 })
    expect(differences.nodes).toMatchObject([
      { task: submitTask, verdictBefore: null, verdictAfter: null, findings: [], constraints: [{ change: 'CHANGED' }] },
      { verdictBefore: 'COMPLIANT', verdictAfter: 'VIOLATION', findings: [{ before: 'PASS', after: 'FAIL' }] },
    ])
  })

  it('of a proposal tries what it would change, and says so', async () => {
    const create = 'mutation ($input: CreateProposalInput!) { createProposal(input: $input) { id } }'
    const input = { title: 'Stricter', changes: [{ updateBelief: { id: graded.id, rule: atLeast(12) } }] }
    const { createProposal } = await system.data<{ createProposal: { id: string } }>('ontology', create, { input })
    const over = await replay({ proposalId: createProposal.id })
    expect(over).toMatchObject({ state: 'COMPLETED', verdictsDiffering: 11, proposalId: createProposal.id })
    await system.data('ontology', 'mutation ($id: ID!) { closeProposal(id: $id) { id } }', createProposal)
    expect(await refusal({ proposalId: createProposal.id })).toEqual({ code: 'CONFLICT', path: 'proposalId' })
  })

  it('tells what earlier edits made differ from what the draft does', async () => {
    await edit(system, [{ updateBelief: { id: kind.id, name: 'Kindness counts' } }])
    const { differences, directivesDiffering } = await replay({
      changes: [{ createBelief: newBelief('test.other') }],
      last: 14,
    })
    expect(directivesDiffering).toBe(TASKS)
    expect(new Set(differences.nodes.map(({ isFromDraft }) => isFromDraft))).toEqual(new Set([false]))
  })
})

describe('a replay that is refused', () => {
  it('names the path of the fault as a preview does', async () => {
    const unknown = { updateBelief: { id: randomUUID(), credence: 1 } }
    expect(await refusal({ changes: [{ createBelief: newBelief('test.other') }, unknown] })).toEqual({
      code: 'BAD_USER_INPUT',
      path: 'changes[1].updateBelief.id',
    })
    expect(await refusal({ changes: [{ createBelief: { colour: 'red' } }] })).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await refusal({ changes: ['odd'] })).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await refusal({ changes: [] })).toEqual({ code: 'BAD_USER_INPUT', path: 'changes' })
    expect(await refusal({})).toEqual({ code: 'BAD_USER_INPUT', path: 'changes' })
    expect(await refusal({ proposalId: randomUUID() })).toEqual({ code: 'NOT_FOUND', path: 'proposalId' })
    for (const last of [0, 1001]) {
      const changes = [{ deleteBelief: graded.id }]
      expect(await refusal({ changes, last })).toEqual({ code: 'BAD_USER_INPUT', path: 'last' })
    }
  })

  it('is more than 2 of one person, or 10 in all', async () => {
    const running = (author: string, count: number) =>
      system.database.query(
        `insert into directive.replay (id, author, state, changes, base_revision, last, total, version, told_at,
                                       started_at, leased_until)
         select gen_random_uuid(), $1::text, 'RUNNING', '[]', 1, 1, 1, 1, now(), now(), now() + interval '1 hour'
         from generate_series(1, $2::integer)`,
        [author, count],
      )
    const changes = [{ deleteBelief: graded.id }]
    await running('carla', 2)
    expect(await refusal({ changes })).toMatchObject({ code: 'CONFLICT' })
    await running('others', 8)
    expect(await refusal({ changes }, { ...carla, subject: 'otto' })).toMatchObject({ code: 'UNAVAILABLE' })
    await system.database.query(`delete from directive.replay where last = 1`)
  })
})

describe('who may do what', () => {
  it('lets curators replay and cancel, and viewers look on', async () => {
    const { id } = await replay({ changes: [{ createBelief: newBelief('test.other') }], last: 1 })
    const codeOf = async (source: string, role: 'VIEWER' | 'OPERATOR' | 'AGENT' | 'CURATOR') => {
      const identity = { role, subject: 'somebody', name: 'Somebody' }
      const { errors } = await system.query('directive', source, {}, identity)
      return errors?.[0]?.extensions['code']
    }
    const reads = [`{ replay(id: "${id}") { ${REPLAY} } }`, `{ replays { totalCount nodes { id } } }`]
    const writes = ['mutation { replayTasks(changes: []) { id } }', `mutation { cancelReplay(id: "${id}") { id } }`]
    for (const source of reads) {
      expect([await codeOf(source, 'VIEWER'), await codeOf(source, 'AGENT')]).toEqual([undefined, 'FORBIDDEN'])
    }
    for (const source of writes) {
      for (const role of ['VIEWER', 'OPERATOR', 'AGENT'] as const) expect(await codeOf(source, role)).toBe('FORBIDDEN')
      expect(await codeOf(source, 'CURATOR')).not.toBe('FORBIDDEN')
    }
    const entity = `{ _entities(representations: [{ __typename: "Replay", id: "${id}" }]) { ... on Replay { state } } }`
    expect([await codeOf(entity, 'VIEWER'), await codeOf(entity, 'AGENT')]).toEqual([undefined, 'FORBIDDEN'])
    const subscription = `subscription { replayUpdates(id: "${id}") { cursor } }`
    const agent = { role: 'AGENT', subject: 'somebody', name: 'Somebody' } as const
    await expect(system.subscribe('directive', subscription, {}, agent)).rejects.toThrow(/is for VIEWER/)
  })
})

describe('what a check that is made up finds', () => {
  it('is for those who may see the work; the others are told that the verdict would differ', async () => {
    const { id } = await replay({ changes: [{ updateBelief: { id: graded.id, rule: atLeast(12) } }] })
    const seenBy = async (role: 'VIEWER' | 'CURATOR' | 'OPERATOR' | 'ADMIN') => {
      const source = `query ($id: ID!) { replay(id: $id) { ${REPLAY} } }`
      const data = await system.data<{ replay: Replay }>('directive', source, { id }, { ...carla, role })
      return data.replay.differences.nodes.filter(({ verdictAfter }) => verdictAfter === 'VIOLATION')
    }
    for (const role of ['OPERATOR', 'ADMIN'] as const) {
      const seen = await seenBy(role)
      expect(seen.length).toBeGreaterThan(1)
      for (const { findings } of seen) expect(findings).toMatchObject([{ before: 'PASS', after: 'FAIL' }])
    }
    for (const role of ['VIEWER', 'CURATOR'] as const) {
      const seen = await seenBy(role)
      expect(seen.length).toBeGreaterThan(1)
      for (const { findings, verdictBefore } of seen) expect([findings, verdictBefore]).toEqual([[], 'COMPLIANT'])
    }
  })

  it('is told to all of a constraint that would go: its report says it as well', async () => {
    const { id } = await replay({ changes: [{ deleteBelief: graded.id }], last: 14 })
    const source = `query ($id: ID!) { replay(id: $id) { ${REPLAY} } }`
    const { replay: seen } = await system.data<{ replay: Replay }>('directive', source, { id }, carla)
    const found = seen.differences.nodes.flatMap(({ findings }) => findings)
    expect(found.length).toBeGreaterThan(0)
    for (const finding of found) expect(finding).toMatchObject({ before: 'PASS', after: null })
  })
})

describe('the updates of a replay', () => {
  const UPDATES = `subscription ($id: ID!, $after: Cursor) {
    replayUpdates(id: $id, after: $after) { cursor replay { id state done } } }`
  interface Update {
    cursor: string
    replay: { id: string; state: string; done: number }
  }
  const follow = async (id: string, after?: string): Promise<Update[]> => {
    const updates: Update[] = []
    const stream = await system.subscribe('directive', UPDATES, { id, after })
    for await (const { data } of stream) {
      const { replayUpdates } = data as unknown as { replayUpdates: Update }
      updates.push(replayUpdates)
      if (replayUpdates.replay.state !== 'RUNNING') break
    }
    return updates
  }

  it('begin with how it stands, go on until it is over, and are told again after a cursor', async () => {
    const [{ cursor }] = (await follow((await replay({ changes: [{ deleteBelief: kind.id }], last: 1 })).id)) as [
      Update,
    ]
    const { id } = await begin({ changes: [{ deleteBelief: graded.id }] })
    const live = await follow(id)
    expect(live.at(-1)?.replay).toMatchObject({ id, state: 'COMPLETED', done: TASKS + 2 })
    // From before it began: its start and its end are events of it, and of nothing else.
    const again = await follow(id, cursor)
    expect(again.at(-1)).toMatchObject({ replay: { id, state: 'COMPLETED' } })
    expect(again.every((update) => update.replay.id === id)).toBe(true)
  })

  it('come to nobody who follows directives', async () => {
    const stream = await system.subscribe('directive', 'subscription { directiveUpdates { change } }')
    await replay({ changes: [{ deleteBelief: kind.id }], last: 1 })
    await worker.work('test.replay', { result: { answer: 20 } })
    const { value } = (await stream.next()) as { value: { data: unknown; errors?: unknown } }
    expect(value).toMatchObject({ data: { directiveUpdates: { change: 'CREATED' } } })
    await stream.return?.()
  })

  it('stop the upstream when the client leaves, and are refused for what is no replay', async () => {
    const { id } = await replay({ changes: [{ deleteBelief: kind.id }], last: 1 })
    const stream = await system.subscribe('directive', UPDATES, { id })
    await stream.next()
    const pending = stream.next()
    await stream.return?.()
    expect(await pending).toMatchObject({ done: true })
    await expect(system.subscribe('directive', UPDATES, { id: randomUUID() })).rejects.toThrow(/no replay/)
    await expect(system.subscribe('directive', UPDATES, { id, after: 'odd' })).rejects.toThrow(/cursor/)
  })
})

describe('bad luck', () => {
  it('goes on from the last page where the process died, and writes nothing twice', async () => {
    // One page of ten can be read, and the next one can not.
    system.allow('task', 2)
    const { id, total } = await begin({ changes: [{ updateBelief: { id: graded.id, rule: atLeast(3) } }] })
    await untilStuck(id)
    const rows = () =>
      system.database.query<{ ordinal: number; version: string }>(
        `select ordinal, xmin::text as version from directive.replay_difference where replay_id = $1::uuid
         order by ordinal`,
        [id],
      )
    const before = await rows()
    expect(await see(id)).toMatchObject({ state: 'RUNNING', done: 10, differences: { totalCount: before.length } })
    expect(before.length).toBeGreaterThan(0)
    await system.restart(async () => {
      // As a process leaves it that is killed amid its work: a lease that runs out, and no job.
      await system.database.query(`delete from pgboss.job where name = 'directive.replay'`)
      await system.database.query(`update directive.replay set leased_until = now() where id = $1::uuid`, [id])
      system.allow('task', null)
    })
    const over = await untilOver(id)
    expect(over).toMatchObject({ state: 'COMPLETED', done: total, total })
    const after = await rows()
    expect(after.slice(0, before.length)).toEqual(before)
    expect(new Set(over.differences.nodes.map(({ task }) => task.id)).size).toBe(over.differences.totalCount)
  })

  it('finds a replay again whose job is lost', async () => {
    system.allow('task', 1)
    const { id } = await begin({ changes: [{ deleteBelief: kind.id }], last: 1 })
    await untilStuck(id)
    await system.database.query(`delete from pgboss.job where name = 'directive.replay'`)
    await system.database.query(
      `update directive.replay set leased_until = null, sent_at = now() - interval '1 hour' where id = $1::uuid`,
      [id],
    )
    system.allow('task', null)
    expect(await untilOver(id)).toMatchObject({ state: 'COMPLETED', done: 1 })
  })

  it('goes on by itself after a page that failed, and its job is done with', async () => {
    system.allow('task', 1)
    const { id } = await begin({ changes: [{ deleteBelief: kind.id }], last: 1 })
    await untilStuck(id)
    await until(async () => {
      const sent = await system.database.query<{ state: string }>(
        `select state from pgboss.job where name = 'directive.replay' and data -> 'data' ->> 'id' = $1::text`,
        [id],
      )
      return sent.length > 0 && sent.every(({ state }) => state === 'completed')
    })
    system.allow('task', null)
    expect(await untilOver(id)).toMatchObject({ state: 'COMPLETED', done: 1 })
  })

  it('waits while meanings are computed, which is no failure, and fails with the reason where that takes too long', async () => {
    // As one that another process is at, and not done with.
    const due = () =>
      system.database.query(
        `insert into ontology.embedding_due (node_id, edit_size, claimed_until)
         values ($1::uuid, 1, now() + interval '25 seconds')
         on conflict (node_id) do update set claimed_until = excluded.claimed_until`,
        [kind.id],
      )
    const untilWaiting = (id: string) =>
      until(async () => {
        await due()
        const rows = await system.database.query<{ failures: number }>(
          'select failures from directive.replay where id = $1::uuid and waiting_since is not null',
          [id],
        )
        return rows[0]?.failures === 0
      })
    await due()
    const { id } = await begin({ changes: [{ deleteBelief: kind.id }], last: 1 })
    await untilWaiting(id)
    expect(await see(id)).toMatchObject({ state: 'RUNNING', done: 0 })
    const other = await begin({ changes: [{ deleteBelief: kind.id }], last: 1 })
    await untilWaiting(other.id)
    await system.database.query(
      `update directive.replay set waiting_since = now() - interval '11 minutes' where id = $1::uuid`,
      [other.id],
    )
    const failed = await untilOver(other.id)
    expect(failed).toMatchObject({ state: 'FAILED', done: 0 })
    expect(failed.reason).toContain('embeddingProgress')
    await system.database.query('delete from ontology.embedding_due where node_id = $1::uuid', [kind.id])
    expect(await untilOver(id)).toMatchObject({ state: 'COMPLETED', done: 1 })
  })

  it('keeps a page once, whoever comes with it again', async () => {
    system.allow('task', 1)
    const { id } = await begin({ changes: [{ deleteBelief: kind.id }] })
    await untilStuck(id)
    const store = createReplayStore(system.runtimeOf('directive'))
    const page = {
      ...{ cursor: null, next: 'next', count: 3, isLast: false, directivesDiffering: 1, verdictsDiffering: 1 },
      differences: [
        {
          // Half a character, as may come of what agents sent.
          ...{ ordinal: 1, taskId: ids[0] ?? '', taskType: '\ud83d', isFromDraft: true, ontologyRevision: 1 },
          ...{ verdictBefore: null, verdictAfter: null, constraints: [], findings: [], conflicts: [] },
        },
      ],
    }
    const [one, two] = await Promise.all([store.keepPage(id, page), store.keepPage(id, page)])
    expect([one.done, two.done]).toEqual([3, 3])
    expect(await see(id)).toMatchObject({ done: 3, directivesDiffering: 1, differences: { totalCount: 1 } })
    // Cancelled, it takes no page any more.
    const { cancelReplay } = await system.data<{ cancelReplay: Replay }>('directive', CANCEL, { id }, carla)
    expect(cancelReplay).toMatchObject({ state: 'CANCELLED', done: 3, reason: null })
    expect(await store.keepPage(id, { ...page, cursor: 'next', next: 'last' })).toMatchObject({ done: 3 })
    system.allow('task', null)
    expect((await system.data<{ cancelReplay: Replay }>('directive', CANCEL, { id }, carla)).cancelReplay).toEqual(
      cancelReplay,
    )
    const { errors } = await system.query('directive', CANCEL, { id: randomUUID() }, carla)
    expect(errors?.[0]?.extensions['code']).toBe('NOT_FOUND')
  })

  it('fails with the reason where others change what its draft changes, and keeps what it found', async () => {
    system.allow('task', 2)
    const { id } = await begin({ changes: [{ updateBelief: { id: graded.id, rule: atLeast(2) } }] })
    await untilStuck(id)
    const found = (await see(id)).differences.totalCount
    await edit(system, [{ updateBelief: { id: graded.id, rule: atLeast(1) } }])
    system.allow('task', null)
    const over = await untilOver(id)
    expect(over).toMatchObject({ state: 'FAILED', done: 10, differences: { totalCount: found } })
    expect(over.reason).toContain('changes[0]')
    expect(over.endedAt).not.toBeNull()
  })

  it('forgets what was over for long, and all but the last 200', async () => {
    await system.database.query(
      `insert into directive.replay (id, author, state, changes, base_revision, last, total, version, told_at,
                                     started_at, ended_at)
       select gen_random_uuid(), 'old', 'COMPLETED', '[]'::jsonb, 1, 1, 1, 1, now(), now() - make_interval(hours => hour),
              now() - make_interval(hours => hour)
       from generate_series(1, 250) as hour
       union all
       select gen_random_uuid(), 'older', 'FAILED', '[]'::jsonb, 1, 1, 1, 1, now(), now(), now() - interval '31 days'`,
    )
    const { id } = await replay({ changes: [{ deleteBelief: kind.id }], last: 1 })
    const { replays } = await system.data<{ replays: { totalCount: number; nodes: { id: string; author: string }[] } }>(
      'directive',
      '{ replays(first: 500) { totalCount nodes { id author } } }',
    )
    expect([replays.totalCount, replays.nodes.length, replays.nodes[0]?.id]).toEqual([201, 201, id])
    expect(replays.nodes.map(({ author }) => author)).not.toContain('older')
  })

  it('counts what a person decided about the tasks, whatever was replayed', async () => {
    const { id, state } = await worker.work('test.replay', { result: { answer: -1 } })
    expect(state).toBe('NEEDS_REVIEW')
    await review(system, id, 'APPROVE')
    const { differences } = await replay({ changes: [{ updateBelief: { id: graded.id, rule: atLeast(-5) } }], last: 1 })
    expect(differences.nodes).toMatchObject([
      {
        task: { id },
        verdictBefore: 'VIOLATION',
        verdictAfter: 'COMPLIANT',
        findings: [{ before: 'FAIL', after: 'PASS' }],
      },
    ])
  })
})
