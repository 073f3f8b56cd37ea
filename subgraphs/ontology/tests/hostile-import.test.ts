import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { createOntologySubgraph } from '../src/subgraph.ts'
import { exportText, type Format, importText, tryImport } from './exchange-support.ts'
import { refusalOf } from './support.ts'

let t: TestSubgraph
let empty: string
beforeAll(async () => {
  t = await startTestSubgraph(createOntologySubgraph({ starter: null }), { peers: [directiveSubgraph as never] })
  empty = await exportText(t, 'JSON')
})
afterAll(() => t.dispose())

/** What an import was refused for, once it is sure that it wrote nothing. */
const refused = async (format: Format, content: string, options = {}) => {
  const answer = await tryImport(t, format, content, options)
  expect(await exportText(t, 'JSON')).toBe(empty)
  return refusalOf(answer)
}

const HEADER = 'kind,id,name,description,weight,credence,level,taskTypes,rule,type,from,to,note,subject,triple'
const json = (parts: object) => JSON.stringify({ vocabulary: 'urn:mothership:ns:', version: 1, ...parts }, null, 1)
const ID = '7d0f4dd2-0c1c-4f5e-9a35-2f1f7f1d6a11'

describe('an import is refused, and writes nothing', () => {
  it('by its size, before it is read', async () => {
    // Read, it would be refused for its first word.
    const refusal = await refused('TURTLE', 'this is no Turtle '.repeat(2_800_000))
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: 'content' })
    expect(refusal.message).toContain('50400000 bytes; it must have fewer than 50000000')
  })

  it('for one bad statement in 100,000, by its line', async () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, place) => `<https://example.org/${place % 997}> <https://example.org/p${place % 13}> "${place}" .`,
    )
    lines[76_542] = '<https://example.org/a> <https://example.org/b> oops .'
    expect(await refused('TURTLE', lines.join('\n'))).toMatchObject({ code: 'BAD_USER_INPUT', path: 'line 76543' })
  })

  it.each([
    ['an IRI without a base', '\n<a> <https://example.org/p> "x" .', 'line 2', /no absolute IRI/],
    ['a text that is not closed', '<https://e.org/a> <https://e.org/p> "x', 'line 1', /cannot be read as Turtle/],
    ['an unknown prefix', '\n\nex:a ex:b ex:c .', 'line 3', /prefix/],
    ['NUL in a text', '<https://e.org/a> <https://e.org/p> "a\\u0000b" .', 'line 1', /cannot be (stored|read)/],
    ['a graph', '<https://e.org/g> { <https://e.org/a> <https://e.org/p> "x" }', 'line 1', /cannot be read/],
  ])('of Turtle with %s', async (_, text, path, message) => {
    const refusal = await refused('TURTLE', text)
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path })
    expect(refusal.message).toMatch(message)
  })

  it('of XML with a document type: entities could grow without end', async () => {
    const bomb = `<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [
  <!ENTITY a "aaaaaaaaaa">
  <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>`
    const refusal = await refused('RDF_XML', bomb)
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: 'line 2' })
    expect(refusal.message).toContain('document type')
  })

  it('of XML with a document type that looks like a comment', async () => {
    const text = `<?a <!-- ?>
<!DOCTYPE rdf:RDF [<!ENTITY a "https://example.org/a">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://example.org/">
<rdf:Description rdf:about="&a;"><ex:p>text</ex:p></rdf:Description><!-- --></rdf:RDF>`
    const refusal = await refused('RDF_XML', text)
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: 'line 2' })
    expect(refusal.message).toContain('document type')
  })

  it('of XML that is nested too deeply, by its line', async () => {
    const begin = '\n<rdf:Description xmlns:a="https://example.org/"><a:p>'
    const text = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${begin.repeat(100_000)}`
    const refusal = await refused('RDF_XML', text)
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: 'line 101' })
    expect(refusal.message).toContain('at most 200 levels')
  })

  it('of blank nodes that cannot be told apart', async () => {
    const nodes = Array.from({ length: 14 }, (_, place) => `_:n${place}`)
    const text = nodes
      .flatMap((a) => nodes.filter((b) => b !== a).map((b) => `${a} <https://example.org/p> ${b} .`))
      .join('\n')
    const refusal = await refused('TURTLE', text)
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: 'content' })
    expect(refusal.message).toContain('cannot be told apart')
  })

  it.each([
    ['TURTLE', '<https://e.org/a> <https://e.org/p>\n"x"@waytoolongtag .', 'line 2', /language|cannot be read/],
    [
      'RDF_XML',
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://e.org/">
<rdf:Description rdf:about="https://e.org/a"><ex:p xml:lang="verylonglanguage">x</ex:p></rdf:Description></rdf:RDF>`,
      'line 2',
      /has the language "verylonglanguage"/,
    ],
    ['TURTLE', `<https://e.org/a> <https://e.org/p> "${'x'.repeat(1_000_001)}" .`, 'line 1', /1000001 characters/],
  ] as const)('of %s with a language that is none, or too long a text: %#', async (format, text, path, message) => {
    const refusal = await refused(format, text)
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path })
    expect(refusal.message).toMatch(message)
  })

  it('of a kept statement that is too long', async () => {
    const triples = [`<https://e.org/p> "${'x'.repeat(20_000_000)}"`]
    const text = json({ annotations: [{ subject: 'https://e.org/a', triples }] })
    expect(await refused('JSON', text)).toMatchObject({ path: 'line 5, annotations[0].triples[0]' })
  })

  it('of 170,000 faults, whose lines are found at one go', async () => {
    const values = Array.from({ length: 20_000 }, () => ({ id: ID, name: 'A' }))
    expect(await refused('JSON', json({ values }))).toMatchObject({ path: 'line 5, values[0].description' })
    const annotations = Array.from({ length: 150_000 }, () => 0)
    expect(await refused('JSON', json({ annotations }))).toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('of a thing of which a field is given 30,000 times', async () => {
    const types = Array.from({ length: 30_000 }, (_, place) => `"${place}"`).join()
    const text = `<https://e.org/a> a <urn:mothership:ns:Value> ; <urn:mothership:ns:name> ${types} .`
    expect((await refused('TURTLE', text)).message).toContain('30000 times')
  })

  it('of XML that is not well-formed, by its line', async () => {
    const text = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:ex="https://example.org/">
<rdf:Description rdf:about="https://example.org/a">
<ex:p>text</ex:q>
</rdf:Description></rdf:RDF>`
    expect(await refused('RDF_XML', text)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'line 4' })
    expect(await refused('RDF_XML', text.slice(0, 150))).toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('of JSON-LD with a context that stands elsewhere, which is never fetched', async () => {
    let hits = 0
    const server = createServer((_, response) => {
      hits++
      response.setHeader('content-type', 'application/ld+json').end('{"@context":{"name":"https://example.org/name"}}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/context.jsonld`
    const documents = [
      `{"@context":\n"${url}","@id":"https://example.org/a","name":"A"}`,
      `{"@context":{\n"@import":"${url}"},"@id":"https://example.org/a","name":"A"}`,
      `{"@id":"https://example.org/a","https://example.org/b":{\n"@context":"${url}","name":"A"}}`,
    ]
    for (const text of documents) {
      const refusal = await refused('JSON_LD', text)
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: 'line 2' })
      expect(refusal.message).toContain('nothing is fetched')
    }
    await new Promise((resolve) => server.close(resolve))
    expect(hits).toBe(0)
  })

  it.each([
    ['JSON_LD', '{\n"@id": oops }', 'line 2'],
    ['JSON', '{\n\n', 'line 3'],
    ['JSON', '['.repeat(100_000), 'line 1'],
    ['JSON_LD', `{"@id":"https://e.org/a","https://e.org/b":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'line 1'],
    ['JSON', '{"values": []}', 'vocabulary'],
  ] as const)('of %s that is broken or too deep, by its line', async (format, text, path) => {
    expect(await refused(format, text)).toMatchObject({ code: 'BAD_USER_INPUT', path })
  })

  it('of our own JSON with a field out of its bounds, by line and path', async () => {
    const text = json({
      beliefs: [
        { id: ID, name: 'A', description: 'a', credence: 0.5, taskTypes: [] },
        { id: ID.replace('7', '8'), name: 'B', description: 'b', credence: 1.5, taskTypes: [] },
      ],
    })
    expect(await refused('JSON', text)).toMatchObject({ path: 'line 12, beliefs[1].credence' })
  })

  it('of a rule that cannot be applied, with the path of its fault', async () => {
    const rule = { check: { kind: 'regex', path: '', pattern: '(' } }
    const text = json({ beliefs: [{ id: ID, name: 'A', description: 'a', credence: 0.5, taskTypes: [], rule }] })
    const refusal = await refused('JSON', text)
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(refusal.path).toMatch(/^line 5, beliefs\[0\]\.rule\.check/)
  })

  it.each([
    ['another header', 'kind,id,name\nvalue,x,y\n', 'line 1', /the first line must be/],
    ['nothing in it', '', 'line 1', /the first line must be/],
    ['a quote that is not closed', `${HEADER}\nvalue,${ID},"A,a,0.5,,,,,,,,,,\n`, 'line 2', /cannot be read as CSV/],
    ['a quote in the middle', `${HEADER}\nvalue,${ID},A"b,a,0.5,,,,,,,,,,\n`, 'line 2', /cannot be read as CSV/],
    ['too few cells', `${HEADER}\nvalue,${ID},A\n`, 'line 2', /has 3 cells/],
    ['a kind that there is not', `${HEADER}\nthing,${ID},A,a,0.5,,,,,,,,,,\n`, 'line 2.kind', /is "thing"/],
    ['a weight of 0', `${HEADER}\nvalue,${ID},A,a,0,,,,,,,,,,\n`, 'line 2.weight', /above 0/],
    ['no id', `${HEADER}\nvalue,,A,a,0.5,,,,,,,,,,\n`, 'line 2.id', /is missing/],
  ])('of CSV with %s', async (_, text, path, message) => {
    const refusal = await refused('CSV', text)
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path })
    expect(refusal.message).toMatch(message)
  })

  it('where it relates what is not there, or says things twice', async () => {
    const relation = { id: ID, type: 'SUPPORTS', from: ID.replace('7', '8'), to: ID.replace('7', '9'), weight: 1 }
    expect(await refused('JSON', json({ relations: [relation] }))).toMatchObject({ path: 'line 5, relations[0].from' })
    const value = { id: ID, name: 'A', description: 'a', weight: 1 }
    const again = await refused('JSON', json({ values: [value, { ...value, name: 'B' }] }))
    expect(again).toMatchObject({ path: 'line 11, values[1].id' })
    const sameName = await refused('JSON', json({ values: [value, { ...value, id: ID.replace('7', '8'), name: 'a' }] }))
    expect(sameName).toMatchObject({ path: 'line 11, values[1].name' })
  })

  it('with a mapping that is none, or that is not for its format', async () => {
    expect(await refused('TURTLE', '', { mapping: { valueClasses: ['Value'] } })).toMatchObject({
      path: 'mapping.valueClasses.0',
    })
    expect(await refused('CSV', HEADER, { mapping: { languages: ['en'] } })).toMatchObject({ path: 'mapping' })
  })
})

it('lets others have their turn while it reads', async () => {
  const text = Array.from(
    { length: 60_000 },
    (_, place) => `<https://example.org/${place % 50}> <https://example.org/p> "${place}" .`,
  ).join('\n')
  let turns = 0
  const timer = setInterval(() => (turns += 1), 10)
  await importText(t, 'TURTLE', text, { dryRun: true })
  clearInterval(timer)
  // Read at one go it would leave them hardly any.
  expect(turns).toBeGreaterThan(5)
})
