// Composes the four subgraphs. Without arguments: writes gateway/supergraph.graphql, whose diff is the API review.
// --check: compares it with what is committed. --api: also writes the schemas that code is generated from.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { composeServices } from '@apollo/composition'
import { Supergraph } from '@apollo/federation-internals'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { subgraphSdl } from '@mothership/platform/subgraph'
import { type DocumentNode, parse, print, printSchema, visit } from 'graphql'

const NAMES = ['ontology', 'directive', 'task', 'agent']
const root = new URL('../', import.meta.url)
const committed = new URL('gateway/supergraph.graphql', root)

const isRule = ({ name }: { name: { value: string } }): null | undefined =>
  name.value === 'auth' || name.value === 'AuthRole' ? null : undefined
const withoutRules = (document: DocumentNode): DocumentNode =>
  visit(document, { Directive: isRule, DirectiveDefinition: isRule, EnumTypeDefinition: isRule })

const sdls = NAMES.map((name) => ({ name, sdl: subgraphSdl(new URL(`subgraphs/${name}/schema.graphql`, root)) }))
const composed = composeServices(sdls.map(({ name, sdl }) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) })))
if (composed.errors) {
  for (const error of composed.errors) console.error(error.message)
  process.exit(1)
}
const supergraph = `${composed.supergraphSdl}\n`
const flag = process.argv[2]
if (flag === '--check') {
  if (readFileSync(committed, 'utf8') !== supergraph) {
    console.error(
      'gateway/supergraph.graphql is not what the schemas compose to. Run npm run supergraph and commit it.',
    )
    process.exit(1)
  }
} else if (flag === '--api') {
  const folder = new URL('gateway/generated/', root)
  mkdirSync(fileURLToPath(folder), { recursive: true })
  const api = Supergraph.build(composed.supergraphSdl, { supportedFeatures: null }).apiSchema().toGraphQLJSSchema()
  writeFileSync(new URL('api.graphql', folder), printSchema(api))
  for (const { name, sdl } of sdls) {
    // What a peer may ask: all of a subgraph, also what is not accessible through the gateway.
    writeFileSync(new URL(`${name}.graphql`, folder), printSchema(buildSubgraphSchema(parse(sdl))))
    // What its resolvers answer: with the keys of its entities, and without the rules, whose directive would be given a
    // type `DirectiveResolvers` that is also the one of the type Directive.
    writeFileSync(new URL(`${name}.subgraph.graphql`, folder), print(withoutRules(parse(sdl))))
  }
} else {
  writeFileSync(committed, supergraph)
}
