import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql'

const fail = (message: string): never => {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}

const toDate = (value: unknown): Date => {
  const isIso = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)
  const date = new Date(isIso ? value : Number.NaN)
  return Number.isNaN(date.getTime())
    ? fail(`${JSON.stringify(value)} is not a DateTime: write it as 2026-01-31T12:00:00.000Z.`)
    : date
}

const dateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => (value instanceof Date ? value : new Date(value as string)).toISOString(),
  parseValue: toDate,
  parseLiteral: (node) => (node.kind === Kind.STRING ? toDate(node.value) : fail('A DateTime is written as a string.')),
})

const json = new GraphQLScalarType({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node: ValueNode, variables) => valueFromASTUntyped(node, variables),
})

const toCursor = (value: unknown): string =>
  typeof value === 'string' && value.length <= 1000 ? value : fail('A Cursor is a string that an earlier answer gave.')

const cursor = new GraphQLScalarType<string, string>({
  name: 'Cursor',
  serialize: toCursor,
  parseValue: toCursor,
  parseLiteral: (node) => toCursor(node.kind === Kind.STRING ? node.value : undefined),
})

/** The scalars that all four subgraphs share. */
export const scalars = { DateTime: dateTime, JSON: json, Cursor: cursor }
