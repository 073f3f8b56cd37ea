import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Answer, type Client, postJson } from '../client.ts'
import { startSystem, type System } from '../system.ts'

let system: System
let curator: Client
beforeAll(async () => {
  system = await startSystem()
  curator = await system.signUp('CURATOR')
})
afterAll(() => system?.dispose())

const IMPORT = `mutation ($content: String!, $dryRun: Boolean) {
  importOntology(format: TURTLE, content: $content, dryRun: $dryRun) { created skipped problems { path message } revision { number } }
}`

/** Concepts with long definitions, which have what JSON escapes: so many of so many characters each. */
const concepts = (count: number, characters: number): string => {
  const sentence = 'A \\"concept\\" of a handbook says at length what it is about.\\n'
  const definition = sentence.repeat(Math.ceil(characters / sentence.length))
  const lines = Array.from(
    { length: count },
    (_, place) =>
      `<https://example.org/c${place}> a skos:Concept ; skos:prefLabel "Concept ${place}" ;\n  skos:definition "${definition}" .`,
  )
  return ['@prefix skos: <http://www.w3.org/2004/02/skos/core#> .', ...lines].join('\n')
}

const ask = (content: string, client: { token?: string | undefined } = curator, dryRun = false) =>
  postJson(system.base, '/graphql', { query: IMPORT, variables: { content, dryRun } }, client.token)
const refusal = (code: string, more: object = {}) => ({ errors: [{ extensions: { code, ...more } }] })

describe('a curator', () => {
  it('imports a text of 9 MB at one go, while others are answered', async () => {
    const text = concepts(1800, 5000)
    expect(text.length).toBeGreaterThan(9_000_000)
    let isDone = false
    const imported = ask(text).finally(() => (isDone = true))
    let answers = 0
    while (!isDone) {
      await system.admin.data('{ values(first: 1) { totalCount } }')
      answers++
    }
    const { importOntology } = ((await imported).body as Answer<{ importOntology: object }>).data!
    expect(importOntology).toMatchObject({ created: 1800, skipped: 0, problems: [], revision: {} })
    expect(answers).toBeGreaterThan(3)
    const { beliefs } = await curator.data<{ beliefs: { totalCount: number } }>('{ beliefs(first: 1) { totalCount } }')
    expect(beliefs.totalCount).toBeGreaterThanOrEqual(1800)
  })

  it('is told that a text of 50 MB is too large, and what to do, before it is read', async () => {
    const { body } = await ask('this is no Turtle '.repeat(2_800_000))
    expect(body).toMatchObject(refusal('BAD_USER_INPUT', { path: 'content' }))
    expect(JSON.stringify(body)).toContain('50400000 bytes; it must have fewer than 50000000: import it in parts')
  })

  it('is told so of a request that no such text can need, by its size alone', async () => {
    const { status, body } = await ask('a'.repeat(108_000_000))
    expect(status).toBe(413)
    expect(body).toMatchObject(refusal('BAD_USER_INPUT', { path: 'content' }))
    expect(JSON.stringify(body)).toContain('in parts')
  })

  it('sends nothing else that is large', async () => {
    const query = 'mutation ($text: String!) { createValue(input: {name: "A", description: $text}) { id } }'
    const variables = { text: 'a'.repeat(9_000_000) }
    const { body } = await postJson(system.base, '/graphql', { query, variables }, curator.token)
    expect(body).toMatchObject(refusal('BAD_USER_INPUT'))
    expect(JSON.stringify(body)).toContain('only be one importOntology')
  })
})

describe('a large request', () => {
  const large = 'a'.repeat(9_000_000)

  it.each(['VIEWER', 'OPERATOR'] as const)('is refused to %s', async (role) => {
    const { status, body } = await ask(large, await system.signUp(role))
    expect(status).toBe(413)
    expect(body).toMatchObject(refusal('BAD_USER_INPUT', { path: 'content' }))
  })

  it('closes a WebSocket by 1009, which says where to send it', async () => {
    const socket = new WebSocket(`${system.base.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws')
    const authorization = `Bearer ${curator.token}`
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })))
    socket.once('message', () =>
      socket.send(
        JSON.stringify({ id: '1', type: 'subscribe', payload: { query: IMPORT, variables: { content: large } } }),
      ),
    )
    const [code, reason] = await new Promise<[number, string]>((resolve) =>
      socket.on('close', (closed, why) => resolve([closed, why.toString()])),
    )
    expect(code).toBe(1009)
    expect(reason).toContain('POST /graphql')
  })

  it('is refused to who has not signed in', async () => {
    const { status, body } = await ask(large, {})
    expect(status).toBe(401)
    expect(body).toMatchObject(refusal('UNAUTHENTICATED'))
  })
})
