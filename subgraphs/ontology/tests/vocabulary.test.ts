import { readFileSync } from 'node:fs'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { Parser, type Quad } from 'n3'
import Validator from 'rdf-validate-shacl'
import defaultEnvironment from 'rdf-validate-shacl/src/defaultEnv.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { ontologySubgraph } from '../src/subgraph.ts'
import { exportText, importText } from './exchange-support.ts'
import { apply, belief, eventually, relation } from './support.ts'

const read = (name: string): Quad[] =>
  new Parser().parse(readFileSync(new URL(`../../../docs/ns/${name}`, import.meta.url), 'utf8'))
const dataset = (quads: Quad[]) => defaultEnvironment.dataset(quads)
const validator = new Validator(dataset(read('shapes.ttl')) as never)

let t: TestSubgraph
beforeAll(async () => {
  t = await startTestSubgraph(ontologySubgraph, { peers: [directiveSubgraph as never] })
  await eventually(async () => (await t.runtime.database.query('select 1 from ontology.revision')).length > 0, 110_000)
})
afterAll(() => t.dispose())

describe('the vocabulary', () => {
  it('has shapes that an export of the starter ontology and of an import conforms to', async () => {
    const [one, two] = [belief({ level: 'MUST' }), belief()]
    await apply(t, [
      { createBelief: one },
      { createBelief: two },
      { relateBeliefs: relation('REFINES', one, two, { note: 'Why.' }) },
    ])
    await importText(t, 'TURTLE', '<https://e.org/a> a <http://www.w3.org/2004/02/skos/core#Concept> .')
    const report = await validator.validate(dataset(new Parser().parse(await exportText(t, 'TURTLE'))) as never)
    expect(report.results.map(({ path, focusNode }) => `${focusNode?.value} ${path?.value}`)).toEqual([])
    expect(report.conforms).toBe(true)
  })

  it('has shapes that tell what is out of bounds', async () => {
    const bad = (await exportText(t, 'TURTLE'))
      .replace(/ms:credence "[^"]*"/, 'ms:credence "1.5"')
      .replace(/ms:effect "[A-Z]*"/, 'ms:effect "HELPS"')
      .replace(/ {2}ms:name .*\n/, '')
    const { results } = await validator.validate(dataset(new Parser().parse(bad)) as never)
    expect(results.map(({ path }) => path?.value).sort()).toEqual([
      'urn:mothership:ns:credence',
      'urn:mothership:ns:effect',
      'urn:mothership:ns:name',
    ])
  })

  it('describes every term that an export uses', async () => {
    const described = new Set(read('mothership.ttl').map(({ subject }) => subject.value))
    const used = new Parser()
      .parse(await exportText(t, 'TURTLE'))
      .flatMap(({ predicate, object }) => [predicate.value, object.value])
      .filter((iri) => iri.startsWith('urn:mothership:ns:'))
    expect([...new Set(used)].filter((iri) => !described.has(iri))).toEqual([])
    expect(new Set(used).size).toBeGreaterThan(15)
  })
})
