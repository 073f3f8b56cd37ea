import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clear, exportText, importText } from './exchange-support.ts'
import { apply, belief, CURATOR, eventually, refusalOf, startEmpty, VIEWER } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())
beforeEach(() => clear(t))

const CONCEPTS = `@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <https://example.org/> .

ex:honesty a skos:Concept ;
  skos:prefLabel "Honesty"@en, "Ehrlichkeit"@de ;
  skos:definition "To say what one holds to be true."@en, "Sagen, was man für wahr hält."@de ;
  skos:altLabel "Truthfulness"@en .

ex:candour a skos:Concept ;
  skos:prefLabel "Candour"@en-GB ;
  skos:broader ex:honesty, ex:elsewhere ;
  skos:exactMatch ex:frankness .

ex:frankness a skos:Concept ; skos:prefLabel "Frankness" .
`

interface Node {
  name: string
  description: string
  credence: number
  standing: string
  relations: { nodes: { type: string; from: { name: string }; to: { name: string }; weight: number }[] }
}

const beliefs = async (): Promise<Node[]> =>
  (
    await t.data<{ beliefs: { nodes: Node[] } }>(
      `{ beliefs { nodes { name description credence standing
         relations(direction: OUT) { nodes { type weight from { name } to { name } } } } } }`,
    )
  ).beliefs.nodes

const values = async (): Promise<{ name: string; weight: number }[]> =>
  (await t.data<{ values: { nodes: { name: string; weight: number }[] } }>('{ values { nodes { name weight } } }'))
    .values.nodes

const headOf = async (): Promise<number> =>
  (await t.data<{ revision: { number: number } | null }>('{ revision { number } }')).revision?.number ?? 0

describe('an ontology of others', () => {
  it('becomes beliefs and relations by the default mapping, as one revision', async () => {
    const report = await importText(t, 'TURTLE', CONCEPTS)
    expect(report).toMatchObject({
      created: 6,
      changed: 0,
      unchanged: 0,
      skipped: 1,
      revision: { number: 1, author: 'carla' },
    })
    expect(await beliefs()).toMatchObject([
      {
        name: 'Candour',
        description: 'Candour',
        credence: 0.5,
        standing: 'IN_FORCE',
        relations: {
          nodes: expect.arrayContaining([
            { type: 'REFINES', weight: 1, from: { name: 'Candour' }, to: { name: 'Honesty' } },
            { type: 'SUPPORTS', weight: 1, from: { name: 'Candour' }, to: { name: 'Frankness' } },
          ]),
        },
      },
      { name: 'Frankness', relations: { nodes: [{ type: 'SUPPORTS', to: { name: 'Candour' } }] } },
      { name: 'Honesty', description: 'To say what one holds to be true.' },
    ])
  })

  it('says with the line what it left out and what it had to make up', async () => {
    const { problems } = await importText(t, 'TURTLE', CONCEPTS)
    expect(problems).toMatchObject([
      { path: 'line 9', message: expect.stringContaining('no description'), severity: 'WARNING' },
      { path: 'line 11', message: expect.stringContaining('no belief here'), severity: 'WARNING' },
    ])
  })

  it('changes nothing when it is run again, and makes no revision', async () => {
    await importText(t, 'TURTLE', CONCEPTS)
    const again = await importText(t, 'TURTLE', CONCEPTS)
    expect(again).toMatchObject({ created: 0, changed: 0, unchanged: 6, revision: null })
    expect(await headOf()).toBe(1)
  })

  it('is read in the wanted languages, then in those without one, then in any', async () => {
    await importText(t, 'TURTLE', CONCEPTS, { mapping: { languages: ['de', 'en'] } })
    expect((await beliefs()).map(({ name }) => name)).toEqual(['Candour', 'Ehrlichkeit', 'Frankness'])
  })

  it('is mapped as it is told: classes, labels, descriptions, relations, credence and weight', async () => {
    const text = `@prefix ex: <https://example.org/> .
      ex:a a ex:Norm ; ex:title "A" ; ex:text "The text of A." ; ex:needs ex:b .
      ex:b a ex:Norm ; ex:title "B" ; ex:text "The text of B." .
      ex:c a ex:Good ; ex:title "C" ; ex:text "The text of C." .`
    const mapping = {
      valueClasses: ['https://example.org/Good'],
      beliefClasses: ['https://example.org/Norm'],
      labels: ['https://example.org/title'],
      descriptions: ['https://example.org/text'],
      relations: [{ property: 'https://example.org/needs', type: 'DEPENDS_ON', inverse: true, weight: 0.5 }],
      credence: 0.2,
      weight: 0.9,
    }
    await importText(t, 'TURTLE', text, { mapping })
    expect(await values()).toEqual([{ name: 'C', weight: 0.9 }])
    expect(await beliefs()).toMatchObject([
      { name: 'A', description: 'The text of A.', credence: 0.2, standing: 'DEFEATED' },
      { name: 'B', relations: { nodes: [{ type: 'DEPENDS_ON', weight: 0.5, to: { name: 'A' } }] } },
    ])
  })

  it('keeps what it cannot map, and gives it out again', async () => {
    await importText(t, 'TURTLE', CONCEPTS)
    const text = await exportText(t, 'TURTLE')
    expect(text).toContain('  skos:altLabel "Truthfulness"@en ;\n')
    expect(text).toContain('  skos:broader <https://example.org/elsewhere> ;\n')
    expect(text).toContain('  skos:definition "Sagen, was man für wahr hält."@de ;\n')
  })

  it('tells names that are taken apart by the IRI, the same way each time', async () => {
    await apply(t, [{ createBelief: belief({ name: 'HONESTY' }) }])
    await importText(t, 'TURTLE', CONCEPTS)
    expect((await beliefs()).map(({ name }) => name)).toEqual(['Candour', 'Frankness', 'HONESTY', 'Honesty (honesty)'])
    expect(await importText(t, 'TURTLE', CONCEPTS)).toMatchObject({ changed: 0, revision: null })
  })

  it('takes back the wording of its source, and leaves what a curator decided beside it', async () => {
    await importText(t, 'TURTLE', CONCEPTS)
    const [{ id } = { id: '' }] = (
      await t.data<{ beliefs: { nodes: { id: string }[] } }>('{ beliefs { nodes { id } } }')
    ).beliefs.nodes
    await apply(t, [{ updateBelief: { id, name: 'Openness', credence: 0.9 } }])
    expect(await importText(t, 'TURTLE', CONCEPTS)).toMatchObject({ created: 0, changed: 1, unchanged: 5 })
    expect((await beliefs())[0]).toMatchObject({ name: 'Candour', credence: 0.9 })
  })

  it('brings back a belief that was deleted, with its relations and what was kept of it', async () => {
    await importText(t, 'TURTLE', CONCEPTS)
    const before = await exportText(t, 'TURTLE')
    const { nodes } = (await t.data<{ beliefs: { nodes: { id: string }[] } }>('{ beliefs { nodes { id } } }')).beliefs
    await apply(t, [{ deleteBelief: nodes[0]?.id }])
    expect(await exportText(t, 'TURTLE')).not.toContain('example.org/candour>\n')
    await importText(t, 'TURTLE', CONCEPTS)
    expect(await exportText(t, 'TURTLE')).toBe(before)
  })

  it('gives blank nodes names that follow from what is said, not from how it is written', async () => {
    const one = `@prefix ex: <https://example.org/> .
      ex:a ex:by [ ex:name "Ada" ] , _:x . _:x ex:name "Bob" ; ex:knows _:y . _:y ex:knows _:x .`
    const other = `<https://example.org/a> <https://example.org/by> _:q . _:q <https://example.org/name> "Bob" .
      _:q <https://example.org/knows> _:r . _:r <https://example.org/knows> _:q .
      <https://example.org/a> <https://example.org/by> _:x . _:x <https://example.org/name> "Ada" .`
    await importText(t, 'TURTLE', one)
    expect(await importText(t, 'TURTLE', other)).toMatchObject({ created: 0, changed: 0, unchanged: 4 })
  })

  it('tells blank nodes apart that look alike', async () => {
    const cycle = (names: readonly string[]) =>
      names
        .map((name, place) => `_:${name} <https://example.org/next> _:${names[(place + 1) % names.length]} .`)
        .join('\n')
    await importText(t, 'TURTLE', cycle(['a', 'b', 'c', 'd']))
    expect(await importText(t, 'TURTLE', cycle(['d', 'b', 'a', 'c']))).toMatchObject({ created: 0, unchanged: 4 })
  })
})

describe('a dry run', () => {
  it('reports what would be done, and does nothing', async () => {
    const report = await importText(t, 'TURTLE', CONCEPTS, { dryRun: true })
    expect(report).toMatchObject({ created: 6, skipped: 1, revision: null })
    expect(await headOf()).toBe(0)
    expect(await beliefs()).toEqual([])
  })

  it('reports faults as errors, with their lines', async () => {
    const report = await importText(t, 'TURTLE', `${CONCEPTS}\nthis is no Turtle .`, { dryRun: true })
    expect(report.problems).toMatchObject([{ path: 'line 16', severity: 'ERROR' }])
    expect(report).toMatchObject({ created: 0, revision: null })
  })
})

describe('an import', () => {
  it('is for curators', async () => {
    const answer = await t.query('mutation { importOntology(format: JSON, content: "{}") { created } }', {}, VIEWER)
    expect(refusalOf(answer)).toMatchObject({ code: 'FORBIDDEN' })
  })

  it('keeps its message with the revision, and tells those who follow', async () => {
    const data = await t.data<{ importOntology: { revision: unknown } }>(
      `mutation ($content: String!) { importOntology(format: TURTLE, content: $content, message: "The concepts.") {
        revision { number author message changes { totalCount nodes { kind } } } } }`,
      { content: CONCEPTS },
      CURATOR,
    )
    expect(data.importOntology.revision).toMatchObject({
      message: 'The concepts.',
      changes: { totalCount: 9, nodes: expect.arrayContaining([{ kind: 'annotate' }]) },
    })
    const events = () => t.runtime.events.read({ stream: 'ontology', after: 0, limit: 10 })
    await eventually(async () => (await events()).length === 1)
  })

  it('is seen by a look back: what was kept is as it was then', async () => {
    await importText(t, 'TURTLE', CONCEPTS)
    const first = await exportText(t, 'TURTLE')
    await importText(t, 'TURTLE', `<https://example.org/honesty> <https://example.org/since> "2026" .`)
    expect(await exportText(t, 'TURTLE')).not.toBe(first)
    expect(await exportText(t, 'TURTLE', 1)).toBe(first)
    expect(await exportText(t, 'CSV', 0)).toMatch(/^kind,id,[^\n]*\n$/)
  })

  it('is reverted as a whole, with all that it kept', async () => {
    await importText(t, 'TURTLE', CONCEPTS)
    const first = await exportText(t, 'JSON')
    await importText(t, 'TURTLE', CONCEPTS.replaceAll('honesty', 'veracity').replaceAll('Honesty', 'Veracity'))
    await t.data('mutation { revertRevision(number: 2) { number } }', {}, CURATOR)
    expect(await exportText(t, 'JSON')).toBe(first)
    await t.data('mutation { revertRevision(number: 1) { number } }', {}, CURATOR)
    expect(JSON.parse(await exportText(t, 'JSON'))).toMatchObject({ beliefs: [], relations: [], annotations: [] })
  })

  it('may be larger than one edit of a curator', async () => {
    const many = Array.from(
      { length: 3000 },
      (_, place) =>
        `<https://example.org/${place}> a <http://www.w3.org/2004/02/skos/core#Concept> ;
          <http://www.w3.org/2004/02/skos/core#broader> <https://example.org/${Math.floor(place / 2)}> .`,
    ).join('\n')
    expect(await importText(t, 'TURTLE', many)).toMatchObject({ created: 5999, revision: { number: 1 } })
  })
})
