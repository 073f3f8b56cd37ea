import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SubgraphDefinition } from '@mothership/platform/subgraph'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { sleep } from '@mothership/platform/time'
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOntologySubgraph } from '../../ontology/src/subgraph.ts'
import { taskSubgraph } from '../../task/src/subgraph.ts'
import { directiveSubgraph } from '../src/subgraph.ts'
import { seeded } from './fixture.ts'

// A provider of embeddings that can be made to fail; where it answers, every text has the same meaning.
let isFailing = false
const provider = createServer((request, response) => {
  void (async () => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { input } = JSON.parse(Buffer.concat(parts).toString()) as { input: string[] }
    if (isFailing) return void response.writeHead(500).end('{}')
    const embedding = Array.from({ length: 512 }, () => 1)
    response.end(JSON.stringify({ data: input.map((_, index) => ({ index, embedding })) }))
  })()
})
let ontology: TestSubgraph

const belief = (name: string, taskTypes: string[]) => ({
  id: randomUUID(),
  name,
  description: `${name}, as somebody would explain it.`,
  credence: 0.9,
  taskTypes,
  rule: null,
  level: null,
})

beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  const { port } = provider.address() as AddressInfo
  const starter = {
    message: 'What the tests compile from',
    values: [],
    beliefs: [belief('Sums are verified', ['test.add']), belief('Letters are polite', [])],
    relations: [],
    valueLinks: [],
  }
  const environment = {
    MOTHERSHIP_EMBEDDINGS: 'openai',
    OPENAI_API_KEY: 'sk-of-the-test',
    OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
  }
  ontology = await startTestSubgraph(createOntologySubgraph({ starter, environment }), {
    peers: [directiveSubgraph, taskSubgraph] as unknown as SubgraphDefinition<never>[],
  })
  await seeded(async () => (await ontology.subgraph.ready()) === null)
})
afterAll(async () => {
  await ontology.dispose()
  provider.closeAllConnections()
  provider.close()
})

const person = { role: 'ADMIN', subject: 'admin', name: 'admin' } as const
const ask = <T>(peer: 'directive' | 'task', source: string, variables: Record<string, unknown> = {}): Promise<T> =>
  ontology.runtime.peers[peer](parse(source), variables, person)

interface Kept {
  taskId: string
  status: string
  isByMeaning: boolean
  constraints: { statement: string }[]
}

/** Submits a task, and answers its directive once it is compiled. */
const directed = async (question: string): Promise<Kept> => {
  const { submitTask } = await ask<{ submitTask: { id: string } }>(
    'task',
    'mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { id } }',
    { input: { type: 'test.add', input: { question } } },
  )
  let found: Kept | undefined
  await seeded(async () => (found = await directiveOf(submitTask.id)) !== undefined)
  return found as Kept
}

const directiveOf = async (taskId: string): Promise<Kept | undefined> => {
  const { directives } = await ask<{ directives: { nodes: Kept[] } }>(
    'directive',
    '{ directives(first: 100) { nodes { taskId status isByMeaning constraints { statement } } } }',
  )
  return directives.nodes.find((directive) => directive.taskId === taskId)
}

const statements = ({ constraints }: Kept): string => constraints.map(({ statement }) => statement).join('; ')

/** Until the meaning of all beliefs is known. */
const known = (): Promise<void> =>
  seeded(
    async () => (await ontology.runtime.database.query('select 1 from ontology.embedding_due limit 1')).length === 0,
  )

const failing = async (): Promise<void> => {
  isFailing = true
  // The meanings of queries are kept; afresh, that of the first task must be asked for once more.
  await ontology.data('mutation { reembed { done } }')
}

/** With the provider back, which is left alone for 15 s once it failed. */
const mended = async (holds: () => Promise<boolean>): Promise<void> => {
  isFailing = false
  while (!(await holds())) await sleep(100)
}

const isCompared = async (): Promise<boolean> => {
  const behind = 'select 1 from directive.unfinished, ontology.head where compared_at < head.revision limit 1'
  return (await ontology.runtime.database.query(behind)).length === 0
}

describe('directives, while the meaning of a task cannot be computed', () => {
  it('are compiled by task types and words, say so, and are STALE once the meanings tell of more', async () => {
    await known()
    const before = await directed('What is 2 + 2?')
    expect(statements(before)).toContain('Letters are polite')
    expect(before.isByMeaning).toBe(true)
    await failing()
    const during = await directed('What is 3 + 3?')
    expect(statements(during)).toContain('Sums are verified')
    expect(statements(during)).not.toContain('Letters are polite')
    expect(during).toMatchObject({ isByMeaning: false, status: 'ACTIVE' })

    // Nobody edits anything: with the meanings back, the one that lacks some is STALE, and the other is not.
    await mended(async () => (await directiveOf(during.taskId))?.status === 'STALE')
    expect(await directiveOf(during.taskId)).toEqual({ ...during, status: 'STALE' })
    expect((await directiveOf(before.taskId))?.status).toBe('ACTIVE')
  })

  it('are not STALE by it where they were compiled by meaning, whatever is edited', async () => {
    await known()
    const before = await directed('What is 4 + 4?')
    expect(before.isByMeaning).toBe(true)
    await failing()
    // A revision has the directives of unfinished tasks compared; those of which nothing is known wait.
    await ontology.data('mutation ($changes: [OntologyChangeInput!]!) { applyChanges(changes: $changes) { number } }', {
      changes: [{ createBelief: belief('Something else', ['test.other']) }],
    })
    await sleep(3000)
    expect(await isCompared()).toBe(false)
    expect((await directiveOf(before.taskId))?.status).toBe('ACTIVE')
    await mended(isCompared)
    expect((await directiveOf(before.taskId))?.status).toBe('ACTIVE')
  })
})
