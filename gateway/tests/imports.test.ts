import { Kind, parse, type OperationDefinitionNode } from 'graphql'
import { describe, expect, it } from 'vitest'
import { assertLargeOnlyToImport, assertSmallDocument, isExport, isImport } from '../src/imports.ts'

const operationOf = (source: string): OperationDefinitionNode => {
  const operation = parse(source).definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  return operation as OperationDefinitionNode
}
const IMPORT = 'importOntology(format: TURTLE, content: $content) { created }'

describe('an import', () => {
  it.each([
    `mutation ($content: String!) { ${IMPORT} }`,
    `mutation Named($content: String!) { mine: ${IMPORT} }`,
    `mutation ($content: String!) { importOntology(format: CSV, content: $content) { ...F } } fragment F on ImportReport { created }`,
  ])('is %s', (source) => {
    expect(isImport(operationOf(source))).toBe(true)
    expect(() => assertLargeOnlyToImport(operationOf(source))).not.toThrow()
  })

  it.each([
    'query ($content: String!) { searchOntology(query: $content) { nodes { __typename } } }',
    'mutation ($content: String!) { submitTask(input: {type: "a", input: $content}) { id } }',
    `mutation ($content: String!) { ${IMPORT} createValue(input: {name: $content}) { id } }`,
    `mutation ($content: String!) { createValue(input: {name: $content}) { id } ${IMPORT} }`,
    `mutation ($content: String!) { ${IMPORT} again: ${IMPORT} }`,
    `mutation ($content: String!) { ...All } fragment All on Mutation { ${IMPORT} }`,
    'query ($content: String!) { importOntology: searchOntology(query: $content) { nodes { __typename } } }',
    'query ($content: String!) { importOntology(content: $content) { created } }',
  ])('is not %s, which may not be large', (source) => {
    expect(isImport(operationOf(source))).toBe(false)
    expect(() => assertLargeOnlyToImport(operationOf(source))).toThrow(/may only be one importOntology/)
  })

  it('may not bring its text in the document itself where that is large', () => {
    expect(() => assertSmallDocument(undefined)).not.toThrow()
    expect(() => assertSmallDocument('a'.repeat(8_000_000))).not.toThrow()
    expect(() => assertSmallDocument('a'.repeat(8_000_001))).toThrow(/as a variable/)
  })
})

describe('an export', () => {
  it.each(['{ exportOntology(format: TURTLE) }', 'query Named { mine: exportOntology(format: JSON) }'])(
    'is %s',
    (source) => expect(isExport(operationOf(source))).toBe(true),
  )
  it.each([
    '{ exportOntology(format: TURTLE) tasks(first: 500) { nodes { input } } }',
    '{ a: exportOntology(format: TURTLE) b: exportOntology(format: TURTLE) }',
    '{ ...All } fragment All on Query { exportOntology(format: TURTLE) }',
    '{ exportOntology: tasks(first: 500) { nodes { input } } }',
    'subscription { exportOntology }',
  ])('is not %s, which may answer no more than others', (source) => expect(isExport(operationOf(source))).toBe(false))
})
