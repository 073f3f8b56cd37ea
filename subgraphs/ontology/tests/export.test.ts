import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clear, exportAll, exportText, FORMATS, importText } from './exchange-support.ts'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { createOntologySubgraph } from '../src/subgraph.ts'
import { apply, belief, link, relation, value } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startTestSubgraph(createOntologySubgraph({ starter: null }), { peers: [directiveSubgraph as never] })
})
afterAll(() => t.dispose())

/** Text with what formats stumble over; what is trimmed or refused when it is saved is not in it. */
const text = (maxLength: number) =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '"',
          "'",
          '\\',
          '\n',
          '\r',
          '\r\n',
          '\t',
          ',',
          ';',
          '<',
          '>',
          '&',
          ']]>',
          '=1+1',
          '@',
          '-',
          '{',
          '}',
        ),
        fc.constantFrom(
          '\u0001',
          '\u007f',
          '\u0085',
          '\u2028',
          '\ufffe',
          '\ufeff',
          'é',
          'e\u0301',
          '漢',
          '🦉',
          '<!--',
          '%',
        ),
        fc.string({ maxLength: 6 }),
      ),
      { maxLength },
    )
    .map((parts) => parts.join('').replaceAll('\0', '').toWellFormed().trim().slice(0, 150).toWellFormed())
    .map((made) => (made.trim() === '' ? '=x' : made.trim()))
const portion = fc.double({ min: Number.MIN_VALUE, max: 1, noNaN: true })
const rule = fc.option(
  fc.record({
    check: fc.record({
      kind: fc.constant('judge'),
      rubric: text(3).map((made) => `Is it ${made}?`),
      threshold: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  }),
)

const ontology = fc.record({
  values: fc.array(fc.record({ description: text(6), weight: portion, name: text(2) }), { maxLength: 3 }),
  beliefs: fc.array(
    fc.record({
      name: text(2),
      description: text(6),
      credence: fc.double({ min: 0, max: 1, noNaN: true }),
      taskTypes: fc.uniqueArray(fc.constantFrom('math.solve', 'text.write', 'a-b', 'z9'), { maxLength: 3 }),
      level: fc.constantFrom(null, 'MUST', 'SHOULD'),
      rule,
    }),
    { minLength: 1, maxLength: 4 },
  ),
  edges: fc.array(
    fc.record({
      type: fc.constantFrom('SUPPORTS', 'CONTRADICTS', 'REFINES', 'DEPENDS_ON'),
      from: fc.nat(3),
      to: fc.nat(3),
      weight: portion,
      note: fc.option(text(3)),
    }),
    { maxLength: 5 },
  ),
  links: fc.array(fc.record({ belief: fc.nat(3), value: fc.nat(2), weight: portion }), { maxLength: 4 }),
  kept: fc.array(fc.record({ predicate: fc.constantFrom('p', '9', 'a-b', 'a/'), object: text(4) }), { maxLength: 3 }),
})
type Ontology = typeof ontology extends fc.Arbitrary<infer T> ? T : never

const build = async ({ values, beliefs, edges, links, kept }: Ontology): Promise<void> => {
  const nodes = beliefs.map((fields, place) => belief({ ...fields, name: `${fields.name} ${place}` }))
  const goods = values.map((fields, place) => value({ ...fields, name: `${fields.name} ${place}` }))
  const seen = new Set<string>()
  const once = (key: string): boolean => !seen.has(key) && seen.add(key) !== undefined
  await apply(t, [
    ...goods.map((createValue) => ({ createValue })),
    ...nodes.map((createBelief) => ({ createBelief })),
    ...edges.flatMap(({ type, from, to, ...rest }) => {
      const [one, other] = [nodes[from], nodes[to]]
      const isNew = one && other && from !== to && once(`${type} ${from} ${to}`)
      return isNew ? [{ relateBeliefs: relation(type, one, other, rest) }] : []
    }),
    ...links.flatMap(({ belief: from, value: to, weight }) => {
      const [one, other] = [nodes[from], goods[to]]
      return one && other && once(`${from} ${to}`) ? [{ linkValue: link(one, other, { weight }) }] : []
    }),
  ])
  const graph = kept.map(({ predicate, object }) => ({
    '@id': `urn:uuid:${nodes[0]?.id}`,
    [`https://example.org/${predicate}`]: [
      { '@value': object, '@language': 'en' },
      { '@id': `https://example.org/${predicate}/../x` },
      { '@type': 'http://www.w3.org/2001/XMLSchema#double', '@value': '1.5' },
    ],
  }))
  await importText(t, 'JSON_LD', JSON.stringify(graph))
}

describe('an export', () => {
  it('comes back byte for byte, from every format in every format', async () => {
    await fc.assert(
      fc.asyncProperty(ontology, async (made) => {
        await clear(t)
        await build(made)
        const before = await exportAll(t)
        for (const format of FORMATS) {
          await clear(t)
          await importText(t, format, before[format])
          expect(await exportAll(t)).toEqual(before)
          expect(await importText(t, format, before[format])).toMatchObject({ changed: 0, created: 0, revision: null })
        }
      }),
      { numRuns: 6, endOnFailure: true },
    )
  }, 300_000)

  it('differs in the lines that say what changed', async () => {
    await clear(t)
    const [one, two] = [belief({ name: 'One', credence: 0.3 }), belief({ name: 'Two' })]
    await apply(t, [{ createBelief: one }, { createBelief: two }])
    const before = await exportAll(t)
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.4 } }])
    const after = await exportAll(t)
    for (const format of FORMATS) {
      const [old, now] = [before[format].split('\n'), after[format].split('\n')]
      const differing = now.filter((line: string, place: number) => line !== old[place])
      expect(now).toHaveLength(old.length)
      expect(differing).toEqual([expect.stringContaining('0.4')])
    }
  })

  it('of CSV holds no cell that a spreadsheet takes for a formula', async () => {
    await clear(t)
    const names = ['=1+1', '+1', '-1', '@x', "'=1", 'plain']
    await apply(
      t,
      names.map((name) => ({ createBelief: belief({ name, description: `${name}!` }) })),
    )
    const text = await exportText(t, 'CSV')
    expect(text).not.toMatch(/(^|,|\n)"?[=+@-]/m)
    await clear(t)
    await importText(t, 'CSV', text)
    expect(await exportText(t, 'CSV')).toBe(text)
  })

  it('refuses a revision that there is not', async () => {
    await expect(exportText(t, 'TURTLE', 99_999)).rejects.toThrow(/at is 99999/)
  })
})
