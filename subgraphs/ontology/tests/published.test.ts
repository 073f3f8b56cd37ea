import { randomUUID } from 'node:crypto'
import type { TestSubgraph } from '@mothership/platform/testing'
import { Parser } from 'n3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clear, exportAll, exportText, FORMATS, importText, sharedData } from './exchange-support.ts'
import { startEmpty } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

/** The statements of a text, names of blank nodes aside: as many, with the same terms. */
const statementsOf = (turtle: string, isAnonymous: (term: string) => boolean): string[] => {
  const place = ({ termType, value: iri }: { termType: string; value: string }, whole: string) =>
    termType === 'BlankNode' || isAnonymous(iri) ? '_' : whole
  const termOf = (term: { termType: string; value: string; language?: string; datatype?: { value: string } }) =>
    place(term, JSON.stringify([term.value, term.language?.toLowerCase(), term.datatype?.value]))
  return new Parser()
    .parse(turtle)
    .map(({ subject, predicate, object }) => [termOf(subject), termOf(predicate), termOf(object)].join(' '))
    .sort()
}

const airo = sharedData('airo.ttl')
const turtle = sharedData('dpv-ai.ttl')
const jsonLd = sharedData('dpv-ai.jsonld')

describe('ontologies that others published', () => {
  it.skipIf(turtle === null || jsonLd === null)(
    `import to the same graph from Turtle and JSON-LD${turtle === null ? ' (shared/data is not here: not run)' : ''}`,
    async () => {
      await clear(t)
      const report = await importText(t, 'TURTLE', turtle!)
      expect(report).toMatchObject({ created: 516, skipped: 35 })
      const fromTurtle = await exportAll(t)
      expect(await importText(t, 'JSON_LD', jsonLd!)).toMatchObject({ created: 0, changed: 0, revision: null })
      await clear(t)
      await importText(t, 'JSON_LD', jsonLd!)
      expect(await exportAll(t)).toEqual(fromTurtle)
    },
  )

  it.skipIf(airo === null)(
    `lose no statement${airo === null ? ' (shared/data is not here: not run)' : ''}`,
    async () => {
      await clear(t)
      await importText(t, 'TURTLE', airo!)
      const exported = await exportText(t, 'TURTLE')
      const own = exported.split('\n').filter((line) => !/^ {2}(ms:|a ms:)/.test(line))
      const kept = statementsOf(own.join('\n').replaceAll(/^\S.*\n\.$/gm, ''), (iri) =>
        iri.startsWith('urn:mothership:blank:'),
      )
      const given = statementsOf(airo!, () => false)
      expect(kept).toEqual([...new Set(given)].length === given.length ? given : expect.arrayContaining(given))
      for (const format of FORMATS) {
        const text = await exportText(t, format)
        await clear(t)
        await importText(t, format, text)
        expect(await exportText(t, 'TURTLE')).toBe(exported)
      }
    },
  )
})

it('gives what was imported ids that follow from its IRIs', async () => {
  await clear(t)
  const id = randomUUID()
  const concept = (iri: string) => `<${iri}> a <http://www.w3.org/2004/02/skos/core#Concept> .`
  await importText(t, 'TURTLE', `${concept(`urn:uuid:${id.toUpperCase()}`)} ${concept('http://www.example.com/')}`)
  const { beliefs } = await t.data<{ beliefs: { nodes: { id: string }[] } }>('{ beliefs { nodes { id } } }')
  expect(beliefs.nodes.map((node) => node.id).sort()).toEqual([id, 'fcde3c85-2270-590f-9e7c-ee003d65e0e2'].sort())
})
