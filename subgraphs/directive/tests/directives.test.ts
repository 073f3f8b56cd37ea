import { randomUUID } from 'node:crypto'
import { fieldsWithoutRule } from '@mothership/platform/auth'
import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DIRECTIVE, type DirectiveData, eventsOf, generate, ids, startDirectives } from './fixture.ts'

let directives: TestSubgraph
beforeAll(async () => {
  directives = await startDirectives()
})
afterAll(() => directives.dispose())

const beliefsOf = ({ constraints }: DirectiveData) =>
  constraints.flatMap(({ because }) => because.map(({ belief }) => belief.id))

const preview = async (taskType: string, input: unknown = {}): Promise<DirectiveData> =>
  (
    await directives.data<{ previewDirective: DirectiveData }>(
      `query ($taskType: String!, $input: JSON!) { previewDirective(taskType: $taskType, input: $input) { ...D } } ${DIRECTIVE}`,
      { taskType, input },
      { role: 'VIEWER', subject: 'eve' },
    )
  ).previewDirective

const stored = async (id: string): Promise<DirectiveData | null> =>
  (
    await directives.data<{ directive: DirectiveData | null }>(
      `query ($id: ID!) { directive(id: $id) { ...D } } ${DIRECTIVE}`,
      { id },
    )
  ).directive

describe('generating a directive', () => {
  it('compiles the beliefs in force that name the task type, and says why', async () => {
    const directive = await generate(directives, { taskType: 'test.solve' })
    expect(beliefsOf(directive).slice(0, 2)).toEqual([ids.verify, ids.noGuess])
    expect(beliefsOf(directive)).not.toContain(ids.defeated)
    expect(directive).toMatchObject({ status: 'ACTIVE', taskId: null })
    expect(directive.ontologyRevision).toBeGreaterThanOrEqual(1)
    expect(directive.engine).toEqual({
      provider: 'compiler',
      model: null,
      cached: false,
      attempts: 1,
      reason: 'No language model is configured.',
      dropped: 0,
    })
    const [verify, noGuess] = directive.constraints
    expect(verify).toMatchObject({ level: 'MUST', phase: 'RESULT', onFail: 'RETRY' })
    expect(verify?.statement).toMatch(/^Answers are verified\. /)
    expect(verify?.because[0]).toMatchObject({ beliefName: 'Answers are verified', beliefRevision: 1, strength: 0.95 })
    expect(verify?.because[0]?.weight).toBeCloseTo(0.95 * 0.9)
    expect(noGuess).toMatchObject({ phase: 'DURING', onFail: 'REJECT' })
  })

  it('answers the same directive for the same task, whatever else is asked', async () => {
    const taskId = randomUUID()
    const first = await generate(directives, { taskType: 'test.solve', taskId })
    expect(await generate(directives, { taskType: 'test.solve', taskId })).toEqual(first)
    expect(await generate(directives, { taskType: 'test.write', taskId, input: { other: true } })).toEqual(first)
    expect(first).toMatchObject((await stored(first.id))!)
  })

  it('never lets a directive that a person asked for govern the task itself', async () => {
    const taskId = randomUUID()
    const persons = await generate(directives, { taskType: 'test.write', taskId })
    const own = await generate(directives, { taskType: 'test.solve', taskId }, { role: 'SERVICE', subject: 'task' })
    expect(own.id).not.toBe(persons.id)
    expect(own.taskType).toBe('test.solve')
    expect(await generate(directives, { taskType: 'test.write', taskId })).toEqual(persons)
  })

  it('writes one directive where a task is asked for many times at once', async () => {
    const taskId = randomUUID()
    const asked = Array.from({ length: 8 }, () => generate(directives, { taskType: 'test.solve', taskId }))
    const made = await Promise.all(asked)
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    expect(await eventsOf(directives, made[0]?.id ?? '')).toEqual([['CREATED', 1]])
  })

  it('suppresses the weaker of two that contradict', async () => {
    const directive = await generate(directives, { taskType: 'test.write' })
    expect(beliefsOf(directive)).toContain(ids.brief)
    expect(beliefsOf(directive)).not.toContain(ids.thorough)
    expect(directive.suppressed).toContainEqual({
      belief: { id: ids.thorough },
      by: { id: ids.brief },
      reason: expect.stringContaining('contradicts "Answers are brief"') as string,
    })
  })

  it('reports two MUSTs that contradict', async () => {
    const { conflicts } = await generate(directives, { taskType: 'test.publish' })
    expect(conflicts).toMatchObject([{ belief: { id: ids.closed }, with: { id: ids.open } }])
  })

  it('takes characters that PostgreSQL does not, and a lot of input', async () => {
    const input = { text: `a\u0000b\ud800`, long: 'x'.repeat(500_000) }
    expect((await generate(directives, { taskType: 'test.solve', input, taskId: randomUUID() })).taskType).toBe(
      'test.solve',
    )
  })

  it.each([
    ['an empty task type', { taskType: '' }, /taskType/],
    ['a task type with a control character', { taskType: 'a\u0000b' }, /taskType/],
    ['a task id that is too long', { taskType: 'a', taskId: 'x'.repeat(300) }, /taskId/],
    ['an input beyond 1 MB', { taskType: 'a', input: 'x'.repeat(1_000_001) }, /input/],
  ])('refuses %s', async (_what, given, message) => {
    await expect(generate(directives, given)).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })
})

describe('previewing a directive', () => {
  it('compiles the same, under an id of its own, and keeps nothing', async () => {
    const [kept, shown] = [await generate(directives, { taskType: 'test.solve' }), await preview('test.solve')]
    expect(shown.id).not.toBe(kept.id)
    expect(shown.constraints.map(({ check }) => check)).toEqual(kept.constraints.map(({ check }) => check))
    expect(await stored(shown.id)).toBeNull()
  })

  it('gives no constraint of a belief for another task type', async () => {
    expect(beliefsOf(await preview('test.plan'))).not.toContain(ids.verify)
  })
})

describe('a task type that more beliefs name than there are candidates', () => {
  /** Beliefs in force of the name, and their words, as an import leaves them before their meaning is known. */
  const insert = (count: number, { name = 'Test crowd test.crowd', types = [] as string[], level = 'SHOULD' }) =>
    directives.runtime.database.query(
      `with made as (
         insert into ontology.belief (id, name, name_key, description, credence, strength, converged, standing,
                                      task_types, level, revision, created_at, updated_at)
         select gen_random_uuid(), $2::text, lower($2::text) || ' ' || $4::text || n, 'A', 0.9, 0.9, true, 'IN_FORCE',
                array(select jsonb_array_elements_text($3::jsonb)), $4::text, 1, now(), now()
         from generate_series(1, $1::integer) n returning id, name
       )
       insert into ontology.search_document (node_id, kind, name, description) select id, 'BELIEF', name, 'A' from made`,
      [count, name, JSON.stringify(types), level],
    )
  beforeAll(async () => {
    await insert(500, { name: 'One of a crowd', types: ['test.crowd'] })
    await insert(2, { level: 'MUST' })
    await insert(3, { level: 'SHOULD' })
  })

  it('has every relevant MUST all the same, and says how many SHOULDs were not looked at', async () => {
    const shown = await preview('test.crowd')
    expect(shown.constraints.filter(({ level }) => level === 'MUST')).toHaveLength(2)
    expect(shown).toMatchObject({ mustsCut: 0, shouldsCut: 3 })
  })

  it('keeps that with the directive; one from before it was counted says 0', async () => {
    const { id } = await generate(directives, { taskType: 'test.crowd' })
    expect(await stored(id)).toMatchObject({ mustsCut: 0, shouldsCut: 3 })
    await directives.runtime.database.query(
      `update directive.directive set content = (content::jsonb - 'mustsCut' - 'shouldsCut')::json where id = $1::uuid`,
      [id],
    )
    expect(await stored(id)).toMatchObject({ mustsCut: 0, shouldsCut: 0 })
  })
})

describe('reading directives', () => {
  const page = async (variables: Record<string, unknown>) =>
    (
      await directives.data<{
        directives: {
          nodes: { id: string }[]
          totalCount: number
          pageInfo: { hasNextPage: boolean; endCursor: string }
        }
      }>(
        `query ($first: Int, $after: Cursor, $taskType: String, $status: DirectiveStatus) {
          directives(first: $first, after: $after, taskType: $taskType, status: $status) {
            nodes { id } totalCount pageInfo { hasNextPage endCursor }
          }
        }`,
        variables,
      )
    ).directives

  it('answers null for an id that is unknown, or none at all', async () => {
    expect(await stored(randomUUID())).toBeNull()
    expect(await stored('nothing of the kind')).toBeNull()
  })

  it('pages through the list, newest first, each once', async () => {
    const made: string[] = []
    for (let n = 0; n < 7; n++) made.push((await generate(directives, { taskType: 'test.plan' })).id)
    const seen: string[] = []
    let after: string | undefined
    for (;;) {
      const { nodes, pageInfo, totalCount } = await page({ first: 3, after, taskType: 'test.plan' })
      expect(totalCount).toBe(7)
      seen.push(...nodes.map(({ id }) => id))
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor
    }
    expect(new Set(seen)).toEqual(new Set(made))
    expect(seen).toHaveLength(7)
  })

  it.each([
    ['ACTIVE', true],
    ['STALE', false],
    ['SUPERSEDED', false],
  ])('filters by status, also those of a belief: %s', async (status, hasAny) => {
    expect((await page({ status })).totalCount > 0).toBe(hasAny)
    const { data } = await entities(
      [{ __typename: 'Belief', id: ids.verify }],
      `... on Belief { directives(status: ${status}) { totalCount } }`,
    )
    const [belief] = (data as { _entities: { directives: { totalCount: number } }[] })._entities
    expect((belief?.directives.totalCount ?? 0) > 0).toBe(hasAny)
  })

  it.each([
    { first: 501 },
    { first: -1 },
    { after: 'garbage' },
    { after: Buffer.from('["x","y"]').toString('base64url') },
  ])('refuses a page of %j', async (variables) => {
    await expect(page(variables)).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  })

  const entities = (representations: unknown[], selection: string, identity = {}) =>
    directives.query(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`,
      { representations },
      identity,
    )

  it('finds the directives that rest on a belief, and none for a belief that none rests on', async () => {
    const directive = await generate(directives, { taskType: 'test.write' })
    const result = await entities(
      [ids.brief, ids.thorough, randomUUID(), 'odd'].map((id) => ({ __typename: 'Belief', id })),
      '... on Belief { directives(first: 1) { nodes { id } totalCount } }',
      { role: 'VIEWER', subject: 'eve' },
    )
    const lists = (result.data?.['_entities'] as { directives: { nodes: { id: string }[]; totalCount: number } }[]).map(
      (belief) => belief.directives,
    )
    expect(lists[0]?.nodes).toEqual([{ id: directive.id }])
    expect(lists.slice(1).map(({ totalCount }) => totalCount)).toEqual([0, 0, 0])
  })

  it('resolves references to directives', async () => {
    const { id } = await generate(directives, { taskType: 'test.write' })
    const result = await entities(
      [
        { __typename: 'Directive', id },
        { __typename: 'Directive', id: id.toUpperCase() },
      ],
      '... on Directive { taskType }',
    )
    expect(result.data?.['_entities']).toEqual([{ taskType: 'test.write' }, { taskType: 'test.write' }])
  })
})

describe('who may do what', () => {
  const field = (source: string) => source
  const refused: [string, string, string][] = [
    ['a VIEWER', 'VIEWER', field('mutation { generateDirective(taskType: "a", input: {}) { id } }')],
    ['a CURATOR', 'CURATOR', field('mutation { generateDirective(taskType: "a", input: {}) { id } }')],
    ['an AGENT', 'AGENT', field('mutation { generateDirective(taskType: "a", input: {}) { id } }')],
    ['an AGENT', 'AGENT', field(`mutation { checkCompliance(directiveId: "${randomUUID()}") { id } }`)],
    ['a VIEWER', 'VIEWER', field(`mutation { checkCompliance(directiveId: "${randomUUID()}") { id } }`)],
    ['an AGENT', 'AGENT', field('{ directives { totalCount } }')],
    ['an AGENT', 'AGENT', field('{ previewDirective(taskType: "a", input: {}) { id } }')],
    ['an ADMIN', 'ADMIN', field('{ validateRules(rules: []) { index } }')],
  ]

  it.each(refused)('%s (%s) may not ask %s', async (_who, role, source) => {
    const { errors } = await directives.query(source, {}, { role: role as 'ADMIN', subject: 'x' })
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
  })

  it('lets a VIEWER and a SERVICE read a directive with its reasons', async () => {
    const { id } = await generate(directives, { taskType: 'test.solve' })
    for (const role of ['VIEWER', 'SERVICE'] as const) {
      const { errors } = await directives.query(
        `query ($id: ID!) { directive(id: $id) { ...D } } ${DIRECTIVE}`,
        { id },
        { role, subject: 'x' },
      )
      expect(errors).toBeUndefined()
    }
  })

  it('has a rule for every field', () => {
    expect(fieldsWithoutRule(directives.subgraph.schema)).toEqual([])
  })
})

describe('validateRules', () => {
  it('tells the ontology what is wrong, and where', async () => {
    const rules = [{ check: { kind: 'steps', require: ['a'] } }, { check: { kind: 'cel', expression: 'reslut == 1' } }]
    const { validateRules } = await directives.data<{ validateRules: unknown }>(
      'query ($rules: [JSON!]!) { validateRules(rules: $rules) { index path message } }',
      { rules },
      { role: 'SERVICE', subject: 'ontology' },
    )
    expect(validateRules).toEqual([
      { index: 1, path: '/check/expression', message: expect.stringContaining('reslut') as string },
    ])
  })
})
