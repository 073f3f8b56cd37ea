import { randomUUID } from 'node:crypto'
import { createAnswerSize } from '@mothership/platform/answer-size'
import type { Identity } from '@mothership/platform/identity'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { taskSubgraph } from '../src/subgraph.ts'

const LIMIT = 5_000_000
const TASKS = 20
const ada: Identity = { role: 'OPERATOR', subject: 'ada', name: 'Ada' }

let tasks: TestSubgraph
beforeAll(async () => {
  tasks = await startTestSubgraph(taskSubgraph)
  const source = 'mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { id } }'
  for (let index = 0; index < TASKS; index++)
    await tasks.data(source, { input: { type: 'test.add', input: { index, text: 'x'.repeat(900_000) } } })
}, 120_000)
afterAll(() => tasks.dispose())

const ask = (query: string) =>
  tasks.subgraph.execute({ query, identity: ada, correlationId: randomUUID(), answer: createAnswerSize(LIMIT) })

describe('the contents of tasks', () => {
  it('are answered up to what an answer may hold', async () => {
    const { data, errors } = await ask('{ tasks(first: 5) { nodes { input } } }')
    expect(errors).toBeUndefined()
    expect(data).toMatchObject({ tasks: { nodes: Array(5).fill({ input: { text: expect.any(String) } }) } })
  })

  it.each([
    ['a page', '{ tasks(first: 20) { nodes { input } } }'],
    [
      'many pages',
      `{ ${Array.from({ length: 40 }, (_, n) => `a${n}: tasks(first: 1) { nodes { input } }`).join(' ')} }`,
    ],
    [
      'one task again and again',
      `{ tasks(first: 1) { nodes { ${Array.from({ length: 40 }, (_, n) => `a${n}: input`).join(' ')} } } }`,
    ],
  ])('are refused beyond it, with what to do, where %s would hold more', async (_, source) => {
    const { data, errors } = await ask(source)
    expect(JSON.stringify(data).length).toBeLessThan(LIMIT + 1_000_000)
    expect(errors?.[0]).toMatchObject({
      message: 'The answer would have more than 5 MB. Ask for fewer at a time, or leave out what is large.',
      extensions: { code: 'QUERY_TOO_COSTLY' },
    })
  })

  it('are no matter where they are not asked for', async () => {
    const { data, errors } = await ask('{ tasks(first: 20) { nodes { id } } }')
    expect(errors).toBeUndefined()
    expect((data as { tasks: { nodes: object[] } }).tasks.nodes).toHaveLength(TASKS)
  })
})
