import { randomUUID } from 'node:crypto'
import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { check, CHECK, type DirectiveData, eventsOf, generate, SERVICE, startDirectives, steps } from './fixture.ts'

let directives: TestSubgraph
let solve: DirectiveData
let contact: DirectiveData

beforeAll(async () => {
  directives = await startDirectives()
  solve = await generate(directives, { taskType: 'test.solve', taskId: randomUUID() })
  contact = await generate(directives, { taskType: 'test.contact' })
})
afterAll(() => directives.dispose())

const codeOf = async (variables: Record<string, unknown>, identity: Parameters<TestSubgraph['query']>[2] = SERVICE) =>
  (await directives.query(CHECK, variables, identity)).errors?.[0]?.extensions['code']

describe('checking compliance', () => {
  it('is compliant where every MUST is met', async () => {
    const report = await check(directives, { directiveId: solve.id, result: {}, trace: steps('solve', 'verify') })
    expect(report.verdict).toBe('COMPLIANT')
    expect(report.findings.slice(0, 2).map(({ outcome }) => outcome)).toEqual(['PASS', 'PASS'])
  })

  it('is a violation where one fails, and says what to do', async () => {
    const report = await check(directives, { directiveId: solve.id, result: {}, trace: steps('solve') })
    expect(report.verdict).toBe('VIOLATION')
    expect(report.findings[0]).toMatchObject({ outcome: 'FAIL', constraint: { id: solve.constraints[0]?.id } })
    expect(report.findings[0]?.reason).toContain('"verify"')
  })

  it('checks at completion what was forbidden on the way', async () => {
    const report = await check(directives, { directiveId: solve.id, result: {}, trace: steps('guess', 'verify') })
    expect(report.verdict).toBe('VIOLATION')
  })

  it('holds nothing up for a SHOULD that is not known', async () => {
    const result = { email: 'ada@example.com' }
    const unknown = await check(directives, { directiveId: contact.id, result })
    expect(unknown.verdict).toBe('COMPLIANT')
    expect(unknown.findings.map(({ outcome }) => outcome)).toContain('UNKNOWN')
    const late = await check(directives, { directiveId: contact.id, result, elapsed: 5000 })
    expect(late).toMatchObject({ verdict: 'COMPLIANT' })
    expect(late.findings.map(({ outcome }) => outcome)).toContain('FAIL')
  })

  it('needs a review where a MUST is left to a judge', async () => {
    const { id } = await generate(directives, { taskType: 'test.publish' })
    expect(await check(directives, { directiveId: id, result: {} })).toMatchObject({ verdict: 'NEEDS_REVIEW' })
  })

  it('checks only the plan before the work', async () => {
    const { id } = await generate(directives, { taskType: 'test.plan' })
    expect(await check(directives, { directiveId: id, phase: 'PLAN', trace: { plan: ['verify'] } })).toMatchObject({
      verdict: 'COMPLIANT',
      findings: [{ outcome: 'PASS' }],
    })
    expect(await check(directives, { directiveId: id, phase: 'PLAN' })).toMatchObject({ verdict: 'VIOLATION' })
  })

  it.each([
    ['an unknown directive', { directiveId: randomUUID() }, 'NOT_FOUND'],
    ['an id that is none', { directiveId: 'odd' }, 'NOT_FOUND'],
  ])('refuses %s', async (_what, variables, code) => {
    expect(await codeOf(variables)).toBe(code)
  })

  it('refuses another task, an attempt below 1, a negative time and too much', async () => {
    const directiveId = solve.id
    expect(await codeOf({ directiveId, taskId: randomUUID() })).toBe('BAD_USER_INPUT')
    expect(await codeOf({ directiveId, attempt: 0 })).toBe('BAD_USER_INPUT')
    expect(await codeOf({ directiveId, elapsed: -1 })).toBe('BAD_USER_INPUT')
    expect(await codeOf({ directiveId, result: 'x'.repeat(1_000_001) })).toBe('BAD_USER_INPUT')
    expect(await codeOf({ directiveId, trace: { plan: ['x'.repeat(1_000_001)] } })).toBe('BAD_USER_INPUT')
  })

  it('takes the time from a subgraph alone', async () => {
    expect(await codeOf({ directiveId: solve.id, elapsed: 1 }, { role: 'ADMIN', subject: 'admin' })).toBe('FORBIDDEN')
  })
})

describe('a report', () => {
  it('is written once for an attempt and phase: asked again, even with another result, it is the same', async () => {
    const { id } = await generate(directives, { taskType: 'test.solve', taskId: randomUUID() })
    const asked = { directiveId: id, attempt: 1, result: {}, trace: steps('verify') }
    const first = await check(directives, asked)
    expect(await check(directives, asked)).toEqual(first)
    expect(await check(directives, { ...asked, trace: steps('guess') })).toEqual(first)
    const second = await check(directives, { ...asked, attempt: 2, trace: steps('guess') })
    expect(second).toMatchObject({ verdict: 'VIOLATION' })
    expect(await eventsOf(directives, id)).toEqual([
      ['CREATED', 1],
      ['CHECKED', 2],
      ['CHECKED', 3],
    ])
  })

  it('is written once where it is asked for many times at once', async () => {
    const { id } = await generate(directives, { taskType: 'test.solve', taskId: randomUUID() })
    const asked = { directiveId: id, attempt: 1, result: {}, trace: steps('verify') }
    const reports = await Promise.all(Array.from({ length: 8 }, () => check(directives, asked)))
    expect(new Set(reports.map((report) => report.id)).size).toBe(1)
    expect(await eventsOf(directives, id)).toEqual([
      ['CREATED', 1],
      ['CHECKED', 2],
    ])
  })

  it.each(['PLAN', 'RESULT'])(
    'of a %s is of its directive: another one of the same attempt has its own',
    async (phase) => {
      const [one, other] = [
        await generate(directives, { taskType: 'test.solve' }),
        await generate(directives, { taskType: 'test.plan' }),
      ]
      const asked = { taskId: randomUUID(), attempt: 1, phase, trace: steps('verify') }
      const first = await check(directives, { ...asked, directiveId: one.id })
      const second = await check(directives, { ...asked, directiveId: other.id })
      expect(second.id).not.toBe(first.id)
      const constraintIds = other.constraints.filter((each) => each.phase === phase).map(({ id }) => id)
      expect(second.findings.map(({ constraint }) => constraint.id)).toEqual(constraintIds)
      expect(await check(directives, { ...asked, directiveId: one.id })).toEqual(first)
      expect(await check(directives, { ...asked, directiveId: other.id })).toEqual(second)
    },
  )

  it('that a person asked for never takes the place of the task’s own', async () => {
    const { id } = await generate(directives, { taskType: 'test.solve', taskId: randomUUID() })
    const asked = { directiveId: id, attempt: 1, result: {} }
    const person = { role: 'OPERATOR', subject: 'olga' } as const
    const byPerson = await check(directives, { ...asked, trace: steps('verify') }, person)
    expect(byPerson.verdict).toBe('COMPLIANT')
    expect(await check(directives, { ...asked, trace: steps('guess') }, person)).toEqual(byPerson)
    expect(await check(directives, { ...asked, trace: steps('guess') })).toMatchObject({ verdict: 'VIOLATION' })
  })

  it('on the way is kept only with a failure', async () => {
    const { id } = await generate(directives, { taskType: 'test.solve', taskId: randomUUID() })
    const asked = { directiveId: id, phase: 'DURING', attempt: 1 }
    const resolve = async (reportId: string) =>
      (
        await directives.query(
          'query ($r: [_Any!]!) { _entities(representations: $r) { ... on ComplianceReport { verdict phase } } }',
          { r: [{ __typename: 'ComplianceReport', id: reportId }] },
        )
      ).data?.['_entities']
    const good = await check(directives, { ...asked, trace: steps('solve') })
    expect(good).toMatchObject({ verdict: 'COMPLIANT', phase: 'DURING' })
    expect(good.findings).toHaveLength(1)
    expect(await resolve(good.id)).toEqual([null])
    const bad = await check(directives, { ...asked, trace: steps('solve', 'guess') })
    expect(await resolve(bad.id)).toEqual([{ verdict: 'VIOLATION', phase: 'DURING' }])
    expect(await eventsOf(directives, id)).toEqual([
      ['CREATED', 1],
      ['CHECKED', 2],
    ])
  })

  it('on the way tells once of the same failures in an attempt, and anew of others', async () => {
    const { id } = await generate(directives, { taskType: 'test.solve', taskId: randomUUID() })
    const asked = { directiveId: id, phase: 'DURING', attempt: 1 }
    const first = await check(directives, { ...asked, trace: steps('guess') })
    const again = await Promise.all(
      [steps('guess'), steps('guess', 'solve')].map((trace) => check(directives, { ...asked, trace })),
    )
    expect(again).toEqual([first, first])
    const other = await check(directives, { ...asked, attempt: 2, trace: steps('guess') })
    expect(other.id).not.toBe(first.id)
    expect((await eventsOf(directives, id)).map(([type]) => type)).toEqual(['CREATED', 'CHECKED', 'CHECKED'])
  })

  it('shows what was found to who may see results, and to nobody else', async () => {
    const { id } = await check(directives, { directiveId: contact.id, result: { email: 'not-an-address-at-all' } })
    const read = (selection: string, role: 'VIEWER' | 'OPERATOR' | 'SERVICE') =>
      directives.query(
        `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ComplianceReport { verdict findings { ${selection} } } } }`,
        { r: [{ __typename: 'ComplianceReport', id }] },
        { role, subject: 'x' },
      )
    const seen = await read('outcome path reason constraint { statement }', 'VIEWER')
    expect(seen.errors).toBeUndefined()
    expect(JSON.stringify(seen)).toContain('/email')
    expect(JSON.stringify(seen)).not.toContain('not-an-address')
    const tried = await read('outcome value', 'VIEWER')
    expect(tried.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
    expect(JSON.stringify(tried)).not.toContain('not-an-address')
    for (const role of ['OPERATOR', 'SERVICE'] as const) {
      expect(JSON.stringify(await read('value', role))).toContain('not-an-address')
    }
  })
})

describe('the updates of directives', () => {
  const UPDATES = `subscription ($id: ID, $taskType: String, $after: Cursor) {
    directiveUpdates(id: $id, taskType: $taskType, after: $after) { cursor change at directive { id taskType } }
  }`
  type Update = { cursor: string; change: string; directive: { id: string; taskType: string } }
  const next = async (stream: AsyncIterator<unknown>): Promise<Update> =>
    ((await stream.next()).value as { data: { directiveUpdates: Update } }).data.directiveUpdates

  it('are live, and filtered by task type', async () => {
    const stream = await directives.subscribe(UPDATES, { taskType: 'test.contact' })
    const pending = next(stream)
    await generate(directives, { taskType: 'test.solve' })
    const { id } = await generate(directives, { taskType: 'test.contact' })
    expect(await pending).toMatchObject({ change: 'CREATED', directive: { id, taskType: 'test.contact' } })
    await stream.return?.()
  })

  it('are replayed after a cursor, each once and in order', async () => {
    const { id } = await generate(directives, { taskType: 'test.solve', taskId: randomUUID() })
    await check(directives, { directiveId: id, attempt: 1, trace: steps('verify') })
    const beginning = Buffer.from('[0]').toString('base64url')
    const stream = await directives.subscribe(UPDATES, { id, after: beginning })
    const created = await next(stream)
    expect([created.change, (await next(stream)).change]).toEqual(['CREATED', 'CHECKED'])
    await stream.return?.()
    const resumed = await directives.subscribe(UPDATES, { id, after: created.cursor })
    expect((await next(resumed)).change).toBe('CHECKED')
    await resumed.return?.()
  })

  it('end at once when the client leaves', async () => {
    const stream = await directives.subscribe(UPDATES, {})
    const pending = stream.next()
    await stream.return?.()
    expect((await pending).done).toBe(true)
  })

  it('are of one directive, however its id is written, and NOT_FOUND where there is none', async () => {
    const { id } = await generate(directives, { taskType: 'test.solve' })
    const stream = await directives.subscribe(UPDATES, {
      id: id.toUpperCase(),
      after: Buffer.from('[0]').toString('base64url'),
    })
    expect(await next(stream)).toMatchObject({ change: 'CREATED', directive: { id } })
    await stream.return?.()
    for (const unknown of [randomUUID(), 'nothing of the kind']) {
      await expect(directives.subscribe(UPDATES, { id: unknown })).rejects.toMatchObject({
        extensions: { code: 'NOT_FOUND' },
      })
    }
  })

  it('are refused with a cursor that is none, and to agents', async () => {
    await expect(directives.subscribe(UPDATES, { after: 'odd' })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    })
    await expect(directives.subscribe(UPDATES, {}, { role: 'AGENT', subject: 'x' })).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    })
  })
})
