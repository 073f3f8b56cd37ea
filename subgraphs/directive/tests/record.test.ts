import { readFile } from 'node:fs/promises'
import { print } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Constraint } from '../src/domain/directive.ts'
import { tallyOfReport, tallyOfReview } from '../src/domain/record.ts'
import { edit, hire, newBelief, review, startSystem, type System, until, untilChecked, type Worker } from './system.ts'

let system: System
let worker: Worker
const answered = { check: { kind: 'schema', path: '/answer', schema: {} }, onFail: 'ESCALATE' }
const must = newBelief('test.must', { rule: answered })
const should = newBelief('test.must', { rule: { check: answered.check }, level: 'SHOULD' })
const judged = newBelief('test.judged', { level: 'MUST' })
const untouched = newBelief('test.never')
const planned = newBelief('test.plan', { rule: { check: { kind: 'steps', require: ['think'] }, phase: 'PLAN' } })

beforeAll(async () => {
  system = await startSystem()
  await edit(
    system,
    [must, should, judged, untouched, planned].map((createBelief) => ({ createBelief })),
  )
  worker = await hire(system, ['test.must', 'test.judged', 'test.plan'])
})
afterAll(() => system.dispose())

interface Record {
  applied: number
  violated: number
  overridden: number
  reviewed: number
  lastSeenAt: string | null
}
const RECORD = 'applied violated overridden reviewed lastSeenAt'
const RECORDS = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Belief { id record { ${RECORD} } } } }`

const recordsOf = async (...ids: string[]): Promise<Record[]> => {
  const variables = { r: ids.map((id) => ({ __typename: 'Belief', id })) }
  const data = await system.data<{ _entities: { record: Record }[] }>('directive', RECORDS, variables)
  return data._entities.map(({ record }) => record)
}
const counts = async (id: string) => {
  const [record] = await recordsOf(id)
  return [record?.applied, record?.violated, record?.overridden, record?.reviewed]
}
/** Waits until a person's decisions are counted, as that is done in the background. */
const untilReviewed = (id: string, reviewed: number) => until(async () => (await counts(id))[3] === reviewed)

const often = async (variables: { first?: number; after?: string; beliefId?: string } = {}): Promise<string[]> => {
  const source = `query ($first: Int! = 10, $after: ID, $beliefId: ID) {
    overriddenOften(first: $first, after: $after, beliefId: $beliefId) { beliefId record { overridden } } }`
  const identity = { role: 'SERVICE', subject: 'ontology', name: 'ontology' } as const
  const data = await system.data<{ overriddenOften: { beliefId: string }[] }>('directive', source, variables, identity)
  return data.overriddenOften.map(({ beliefId }) => beliefId)
}

describe('a directive', () => {
  it('is compiled with one question to the ontology, whatever it holds', async () => {
    const asked: string[] = []
    system.fail('ontology', ({ query }) => {
      asked.push(typeof query === 'string' ? query : print(query))
      return false
    })
    try {
      const source = `mutation ($input: JSON!) { generateDirective(taskType: "test.must", input: $input) {
        constraints { because { beliefName strength belief { id } } } suppressed { belief { id } } } }`
      const { generateDirective } = await system.data<{ generateDirective: { constraints: object[] } }>(
        'directive',
        source,
        { input: { words: 'any' } },
      )
      expect(generateDirective.constraints.length).toBeGreaterThan(1)
      expect(asked).toEqual([expect.stringContaining('governingBeliefs')])
    } finally {
      system.fail('ontology', null)
    }
  })
})

describe('what a check adds to the record of a belief', () => {
  const of = (id: string, given: Partial<Constraint>): Constraint => ({
    id,
    origin: 'COMPILED',
    statement: id,
    level: 'MUST',
    phase: 'RESULT',
    onFail: 'RETRY',
    check: { kind: 'steps', require: [id] },
    because: [{ beliefId: 'belief', beliefName: 'Belief', beliefRevision: 1, strength: 1, weight: 1 }],
    ...given,
  })
  const found = { path: null, reason: 'As it was.', value: null }
  const findings = [
    { ...found, constraintId: 'own', outcome: 'PASS' },
    { ...found, constraintId: 'added', outcome: 'FAIL' },
  ] as const

  it.each(['MODEL', 'COMPILED'] as const)('counts what failed of a constraint that is %s, if compiled', (origin) => {
    const isCounted = origin === 'COMPILED' ? 1 : 0
    const constraints = [of('own', {}), of('added', { origin })]
    const nothing = { beliefId: 'belief', applied: 0, violated: 0, overridden: 0, reviewed: 0 }
    expect(tallyOfReport(constraints, { phase: 'RESULT', findings })).toEqual([
      { ...nothing, applied: 1, violated: isCounted },
    ])
    expect(tallyOfReport(constraints.slice(1), { phase: 'RESULT', findings })).toHaveLength(isCounted)
    const decision = { decision: 'APPROVE', about: 'RESULT' } as const
    expect(tallyOfReview({ constraints, conflicts: [] }, [{ findings }], decision)).toHaveLength(isCounted)
  })
})

describe("a belief's record", () => {
  it('is empty where nothing came of the belief', async () => {
    expect(await recordsOf(untouched.id)).toEqual([
      { applied: 0, violated: 0, overridden: 0, reviewed: 0, lastSeenAt: null },
    ])
  })

  it('counts what is met and what is not, once for each check of a task', async () => {
    await worker.work('test.must', { result: { answer: 1 } })
    expect(await counts(must.id)).toEqual([1, 0, 0, 0])
    const { id, state } = await worker.work('test.must', { result: {} })
    expect(state).toBe('NEEDS_REVIEW')
    expect([await counts(must.id), await counts(should.id)]).toEqual([
      [2, 1, 0, 0],
      [2, 1, 0, 0],
    ])
    await review(system, id, 'REJECT')
    await untilReviewed(must.id, 1)
    expect(await counts(must.id)).toEqual([2, 1, 0, 1])
  })

  it('counts an override where a person accepts what failed a MUST, and none for a SHOULD', async () => {
    for (const overridden of [1, 2, 3]) {
      const { id } = await worker.work('test.must', { result: {} })
      await review(system, id, 'APPROVE')
      await untilReviewed(must.id, overridden + 1)
      expect(await counts(must.id)).toEqual([2 + overridden, 1 + overridden, overridden, overridden + 1])
      expect(await often()).toEqual(overridden < 3 ? [] : [must.id])
    }
    expect((await counts(should.id)).slice(2)).toEqual([0, 0])
    expect([await often({ after: must.id }), await often({ beliefId: must.id })]).toEqual([[], [must.id]])
    expect(await often({ beliefId: should.id })).toEqual([])
  })

  it('counts the decision about what no machine could tell as a review, and never as an override', async () => {
    for (const decision of ['APPROVE', 'REJECT'] as const) {
      const { id, state } = await worker.work('test.judged', {})
      expect(state).toBe('NEEDS_REVIEW')
      await review(system, id, decision)
    }
    await untilReviewed(judged.id, 2)
    expect(await counts(judged.id)).toEqual([2, 0, 0, 2])
  })

  it('counts the decision about two MUSTs that contradict as a review of both, and never as an override', async () => {
    const pair = [newBelief('test.conflict', { level: 'MUST' }), newBelief('test.conflict', { level: 'MUST' })] as const
    const relation = { type: 'CONTRADICTS', from: pair[0].id, to: pair[1].id, weight: 0.1 }
    await edit(system, [...pair.map((createBelief) => ({ createBelief })), { relateBeliefs: relation }])
    for (const [place, decision] of (['APPROVE', 'REJECT'] as const).entries()) {
      const id = await worker.submit('test.conflict')
      expect(await untilChecked(system, id)).toBe('NEEDS_REVIEW')
      await review(system, id, decision)
      for (const { id: beliefId } of pair) await untilReviewed(beliefId, place + 1)
    }
    expect(await Promise.all(pair.map(({ id }) => counts(id)))).toEqual([
      [0, 0, 0, 2],
      [0, 0, 0, 2],
    ])
  })

  it('counts a plan that is checked with the result', async () => {
    await worker.work('test.plan', { trace: { plan: ['think'] } })
    expect(await counts(planned.id)).toEqual([1, 0, 0, 0])
  })

  it('counts no check that a person asks for, and none twice', async () => {
    const before = await counts(must.id)
    const [directive] = (
      await system.data<{ directives: { nodes: { id: string; taskId: string }[] } }>(
        'directive',
        '{ directives(first: 1, taskType: "test.must") { nodes { id taskId } } }',
      )
    ).directives.nodes
    const check = `mutation ($directiveId: ID!) { checkCompliance(directiveId: $directiveId, attempt: 1, result: {}) { id } }`
    const variables = { directiveId: directive?.id }
    await system.data('directive', check, variables)
    await system.data('directive', check, variables, { role: 'SERVICE', subject: 'task', name: 'task' })
    expect(await counts(must.id)).toEqual(before)
  })

  it('counts on the way only what ended an attempt, and that once', async () => {
    const during = newBelief('test.during', {
      rule: { check: { kind: 'steps', forbid: ['guess'] }, phase: 'DURING' },
    })
    const mild = newBelief('test.during', {
      rule: { check: { kind: 'steps', forbid: ['stray'] }, phase: 'DURING' },
      level: 'SHOULD',
    })
    await edit(system, [{ createBelief: during }, { createBelief: mild }])
    const service = { role: 'SERVICE', subject: 'task', name: 'task' } as const
    const { generateDirective } = await system.data<{ generateDirective: { id: string } }>(
      'directive',
      `mutation { generateDirective(taskType: "test.during", input: {}, taskId: "during") { id } }`,
      {},
      service,
    )
    const at = '2026-11-23T12:00:00.000Z'
    const check = (names: string[]) =>
      system.data(
        'directive',
        `mutation ($id: ID!, $trace: TraceInput) {
          checkCompliance(directiveId: $id, phase: DURING, attempt: 1, trace: $trace) { id } }`,
        { id: generateDirective.id, trace: { steps: names.map((name) => ({ name, at })) } },
        service,
      )
    await check([])
    await check(['stray'])
    expect([await counts(during.id), await counts(mild.id)]).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ])
    await check(['stray', 'guess'])
    await check(['stray', 'guess'])
    expect([await counts(during.id), await counts(mild.id)]).toEqual([
      [1, 1, 0, 0],
      [0, 0, 0, 0],
    ])
  })

  it('counts each decision once, also after a restart', async () => {
    const before = await counts(must.id)
    await system.restart()
    const { id } = await worker.work('test.must', { result: {} })
    await review(system, id, 'APPROVE')
    await untilReviewed(must.id, (before[3] ?? 0) + 1)
    expect((await counts(must.id)).slice(1)).toEqual(before.slice(1).map((count) => (count ?? 0) + 1))
  })

  it('begins, in an installation that is older, with the checks that were kept by then', async () => {
    const path = new URL('../../../prisma/migrations/20261129140000_belief_record/migration.sql', import.meta.url)
    // As a value may be that was cut between the halves of a character.
    await system.database.query(
      `update directive.compliance_report set findings = replace(findings::text, '"reason":"', '"reason":"\\ud83d')::json`,
    )
    const [, counting] =
      /insert into directive\.belief_record[^)]*\)\n(select[^;]*);/.exec(await readFile(path, 'utf8')) ?? []
    const recounted = await system.database.query<{ id: string }>(
      `select id, applied::integer, violated::integer from (${counting}) as counted (id, applied, violated, at) order by id`,
    )
    const kept = await system.database.query(
      // Of the way of an attempt nothing is recounted: which of its reports ended it is not kept.
      `select belief_id as id, applied, violated from directive.belief_record
       where applied > 0
         and belief_id in (select id from ontology.belief where not 'test.during' = any (task_types)) order by belief_id`,
    )
    expect(recounted).toEqual(kept)
    expect(recounted.length).toBeGreaterThan(2)
  })

  it('is read for a page of beliefs in one statement, whatever the case of their ids', async () => {
    const { database } = system.runtimeOf('directive')
    const known = await recordsOf(must.id, should.id, judged.id)
    expect(await recordsOf(must.id.toUpperCase(), should.id, judged.id)).toEqual(known)
    const heard: string[] = []
    const query = database.query.bind(database)
    Object.assign(database, {
      query: <Row>(text: string, values?: readonly unknown[]) => {
        if (text.includes('belief_record')) heard.push(text)
        return query<Row>(text, values)
      },
    })
    await recordsOf(must.id, should.id, judged.id, untouched.id)
    Object.assign(database, { query })
    expect(heard).toHaveLength(1)
  })

  it('is for viewers, and the list of those overridden often for subgraphs', async () => {
    const codeOf = async (source: string, role: 'VIEWER' | 'AGENT' | 'CURATOR', variables = {}) =>
      (await system.query('directive', source, variables, { role, subject: 'somebody', name: 'Somebody' })).errors?.[0]
        ?.extensions['code']
    const variables = { r: [{ __typename: 'Belief', id: must.id }] }
    expect(await codeOf(RECORDS, 'VIEWER', variables)).toBeUndefined()
    expect(await codeOf(RECORDS, 'AGENT', variables)).toBe('FORBIDDEN')
    expect(await codeOf('{ overriddenOften(first: 1) { beliefId } }', 'CURATOR')).toBe('FORBIDDEN')
    for (const first of [0, 1001]) await expect(often({ first })).rejects.toThrow('it may be 1 to 1000')
    await expect(often({ after: 'odd' })).rejects.toThrow('no id')
  })
})
