import {
  type FieldMergeFunction,
  type FieldPolicy,
  InMemoryCache,
  type Reference,
  type StoreObject,
  type TypePolicies,
} from '@apollo/client'

type StoredConnection = {
  nodes?: readonly Reference[]
  pageInfo?: { hasNextPage?: boolean; endCursor?: string | null }
}

/** A view of the past is another object than the present: without `asOf` in the key the one would overwrite the other. */
const keyByIdAndRevision = (
  object: Readonly<Record<string, unknown>>,
  { typename }: { typename: string | undefined },
): string => {
  const key = `${typename}:${String(object['id'])}`
  return typeof object['asOf'] === 'number' ? `${key}@${object['asOf']}` : key
}

/**
 * The list of tasks grows at both ends: "load more" appends a page, a live update or a refetch puts new tasks on top.
 * So pages are joined by identity and held in the order of the server, the newest first.
 */
const joinTasks: FieldMergeFunction<StoredConnection> = (existing, incoming, { args, readField }) => {
  if (!existing?.nodes || !incoming.nodes) return incoming
  const isNextPage = Boolean(args?.['after'])
  const known = new Map([...existing.nodes, ...incoming.nodes].map((node) => [node.__ref, node]))
  const createdAt = (node: Reference) => String(readField('createdAt', node) ?? '')
  const nodes = [...known.values()].sort((one, other) => createdAt(other).localeCompare(createdAt(one)))
  const hasMoreThanFirstPage = existing.nodes.length > incoming.nodes.length
  const pageInfo = isNextPage || !hasMoreThanFirstPage ? incoming.pageInfo : existing.pageInfo
  return { ...existing, ...incoming, nodes, ...(pageInfo && { pageInfo }) }
}

/** A task that has moved on to another state leaves the list of the one it was in, without a refetch. */
const tasksField: FieldPolicy<StoredConnection> = {
  keyArgs: ['state', 'type', 'agentId'],
  merge: joinTasks,
  read(existing, { args, readField }) {
    const state: unknown = args?.['state']
    if (!existing?.nodes || !state) return existing
    return { ...existing, nodes: existing.nodes.filter((node) => readField('state', node) === state) }
  },
}

/** Skills have ids only within their agent; one query asks for their schemas, another does not. */
const joinSkills: FieldMergeFunction<readonly StoreObject[]> = (existing, incoming, { readField, mergeObjects }) => {
  const known = new Map(existing?.map((skill) => [readField('id', skill), skill]))
  return incoming.map((skill) => mergeObjects(known.get(readField('id', skill)) ?? {}, skill))
}

const typePolicies: TypePolicies = {
  Query: { fields: { tasks: tasksField } },
  Value: { keyFields: keyByIdAndRevision },
  Belief: { keyFields: keyByIdAndRevision },
  Revision: { keyFields: ['number'] },
  // A constraint's id is its directive's own: another directive may have the same.
  Constraint: { keyFields: false },
  Skill: { keyFields: false },
  Agent: { fields: { skills: { merge: joinSkills }, health: { merge: true } } },
}

export const createCache = (): InMemoryCache =>
  new InMemoryCache({ typePolicies, possibleTypes: { OntologyNode: ['Value', 'Belief'] } })
