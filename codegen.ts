import { existsSync, readFileSync } from 'node:fs'
import type { CodegenConfig } from '@graphql-codegen/cli'
import { explorerCodegen } from './explorer/codegen.entry.ts'

const scalars = {
  DateTime: { input: 'Date', output: 'Date | string' },
  JSON: { input: 'unknown', output: 'unknown' },
  Cursor: 'string',
}
// What crosses a process: a DateTime is text there.
const wireScalars = { DateTime: 'string', JSON: 'unknown', Cursor: 'string' }
const style = { useTypeImports: true, enumsAsTypes: true, emitLegacyCommonJSImports: false }

/** All that a subgraph answers, for those who ask it: `npm run generate` writes these first. */
const schemaOf = (name: string): string => `gateway/generated/${name}.graphql`

const resolvers = (name: string): CodegenConfig['generates'] => {
  const mappersFile = `subgraphs/${name}/codegen.mappers.json`
  const mappers = existsSync(mappersFile)
    ? (JSON.parse(readFileSync(mappersFile, 'utf8')) as Record<string, string>)
    : {}
  return {
    [`subgraphs/${name}/src/generated/resolvers.ts`]: {
      schema: `gateway/generated/${name}.subgraph.graphql`,
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        ...style,
        scalars,
        federation: true,
        contextType: '../context.ts#Context',
        mappers,
        mapperTypeSuffix: 'Model',
        defaultMapper: 'unknown',
        makeResolverTypeCallable: true,
        useIndexSignature: false,
        inputMaybeValue: 'T | null | undefined',
      },
    },
  }
}

/** Typed documents for what one part asks of a schema: `<folder>/<name>.graphql`. */
const documents = (source: string, target: string, schema: string): CodegenConfig['generates'] =>
  existsSync(source)
    ? {
        [target]: {
          schema,
          documents: source,
          plugins: ['typescript-operations', 'typed-document-node'],
          config: { ...style, scalars: wireScalars, skipTypename: true },
        },
      }
    : {}

const NAMES = ['ontology', 'directive', 'task', 'agent']
const peers = NAMES.flatMap((from) =>
  NAMES.map((to) =>
    documents(
      `subgraphs/${from}/src/peers/${to}.graphql`,
      `subgraphs/${from}/src/generated/${to}-documents.ts`,
      schemaOf(to),
    ),
  ),
)

const config: CodegenConfig = {
  generates: Object.assign(
    {},
    ...NAMES.map(resolvers),
    ...peers,
    documents('gateway/src/agent.graphql', 'gateway/src/generated/agent-documents.ts', schemaOf('agent')),
    documents(
      'agents/sdk/src/operations.graphql',
      'agents/sdk/src/generated/documents.ts',
      'gateway/generated/api.graphql',
    ),
    explorerCodegen,
  ) as CodegenConfig['generates'],
}

export default config
