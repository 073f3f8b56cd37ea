import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { fault } from '../src/domain/exchange/draft.ts'
import { readJsonLd } from '../src/exchange/read-json-ld.ts'
import { createOntologySubgraph } from '../src/subgraph.ts'
import { exportText, tryImport } from './exchange-support.ts'
import { refusalOf } from './support.ts'

let t: TestSubgraph
let empty: string
beforeAll(async () => {
  t = await startTestSubgraph(createOntologySubgraph({ starter: null }), { peers: [directiveSubgraph as never] })
  empty = await exportText(t, 'JSON')
})
afterAll(() => t.dispose())

const refused = async (content: string) => {
  const answer = await tryImport(t, 'JSON_LD', content)
  expect(await exportText(t, 'JSON')).toBe(empty)
  return refusalOf(answer)
}

const inherited = () =>
  [Object.prototype, Object, Array.prototype, Function.prototype].map((object) => Reflect.ownKeys(object).length)

describe('JSON-LD changes nothing of the process that reads it', () => {
  const said = '"https://e.org/p":"x"'
  it.each([
    ['a graph of __proto__', `{"@id":"__proto__","@graph":[{"@id":"get",${said}}]}`],
    ['a graph of constructor', `{"@id":"constructor","@graph":[{"@id":"https://e.org/get",${said}}]}`],
    ['a path to __proto__', `{"@id":"./__proto__","@graph":[{"@id":"https://e.org/get",${said}}]}`],
    ['a subject', `{"@id":"__proto__",${said}}`],
    ['an object', `{"@id":"https://e.org/a","https://e.org/p":{"@id":"__proto__",${said}}}`],
    ['what is included', `{"@id":"https://e.org/a","@included":[{"@id":"__proto__",${said}}]}`],
    ['what is said in reverse', `{"@id":"https://e.org/a","@reverse":{"https://e.org/p":{"@id":"__proto__"}}}`],
    ['a property', `{"@id":"https://e.org/a","__proto__":{"https://e.org/p":"x"}}`],
    ['a property in reverse', `{"@id":"https://e.org/a","@reverse":{"__proto__":{"@id":"https://e.org/b"}}}`],
    ['a class', `{"@id":"https://e.org/a","@type":"__proto__"}`],
  ])('by %s', async (_, text) => {
    const before = inherited()
    const refusal = await refused(text)
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: 'line 1' })
    expect(inherited()).toEqual(before)
    expect('https://e.org/p' in {}).toBe(false)
    expect('get' in {}).toBe(false)
  })

  it.each([
    ['a term', `{"@context":{"__proto__":"https://e.org/p"},"@id":"https://e.org/a","__proto__":"x"}`],
    [
      'a scoped context',
      `{"@context":{"__proto__":{"@id":"https://e.org/p","@context":{"toString":"https://e.org/q"}}}}`,
    ],
    ['a blank node', `{"@id":"_:__proto__","https://e.org/p":"x"}`],
    ['an index', `{"@context":{"p":{"@id":"https://e.org/p","@container":"@index"}},"p":{"__proto__":"x"}}`],
    ['JSON', `{"https://e.org/p":{"@type":"@json","@value":{"__proto__":{"get":"x"}}}}`],
  ])('by %s', async (_, text) => {
    const before = inherited()
    await tryImport(t, 'JSON_LD', text, { dryRun: true })
    expect(inherited()).toEqual(before)
    expect('get' in {}).toBe(false)
  })
})

describe('JSON-LD is refused', () => {
  it.each([
    ['a relative id', '{"@id":"https://e.org/a",\n"https://e.org/p":\n{"@id":"b"}}', 'line 3', /"b"/],
    ['a relative class', '{"@id":"https://e.org/a",\n"@type":"Person"}', 'line 2', /"Person"/],
    ['a property without a meaning', '{"@id":"https://e.org/a",\n\n"name":"A"}', 'line 3', /"name"/],
    [
      'a vocabulary that is relative',
      '{"@context":{\n"@vocab":"v/"},"@id":"https://e.org/a","name":"A"}',
      'line 2',
      /v\//,
    ],
    [
      'a language that is none',
      '{"@id":"https://e.org/a","https://e.org/p":\n{"@value":"A","@language":"e_n"}}',
      'line 2',
      /e_n/,
    ],
  ])('for %s, by its line', async (_, text, path, message) => {
    const refusal = await refused(text)
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path })
    expect(refusal.message).toMatch(message)
  })

  it('for 50,000 relative ids, each told once', async () => {
    const nodes = Array.from({ length: 50_000 }, (_, place) => ({ '@id': `n${place}`, 'https://e.org/p': 'x' }))
    expect(await refused(JSON.stringify(nodes))).toMatchObject({ path: 'line 1' })
  })

  it('where it takes too long, while others have their turn', async () => {
    const values = Array.from({ length: 50_000 }, (_, place) => `v${place}`)
    const text = JSON.stringify({ '@id': 'https://e.org/a', 'https://e.org/p': values })
    let turns = 0
    const timer = setInterval(() => turns++, 10)
    const { statements, problems } = await readJsonLd(text, { milliseconds: 1500, megabytes: 512 })
    clearInterval(timer)
    expect(statements).toEqual([])
    expect(problems).toEqual([fault('content', 'takes too much time to read as JSON-LD; import it in parts')])
    expect(turns).toBeGreaterThan(10)
  })

  it('where it takes too much memory', async () => {
    const text = `[${'{},'.repeat(1_000_000)}{}]`
    const { statements, problems } = await readJsonLd(text, { milliseconds: 30_000, megabytes: 32 })
    expect(statements).toEqual([])
    expect(problems).toEqual([fault('content', 'takes too much memory to read as JSON-LD; import it in parts')])
  })
})

it('reads a string of many characters without a stack for each', async () => {
  expect(await refused(`{"@id":"${'a'.repeat(20_000_000)}"}`)).toMatchObject({ code: 'BAD_USER_INPUT' })
})
