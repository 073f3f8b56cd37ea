import {
  defaultFieldResolver,
  getDirectiveValues,
  GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
} from 'graphql'
import { BadUserInputError, ForbiddenError, UnauthenticatedError } from './errors.ts'
import { type Identity, type Role, Role as Roles, roleIncludes } from './identity.ts'

/** Who may read a field: any of the roles, or whose subject one of the named properties of the parent holds. */
interface Rule {
  roles: readonly Role[]
  owner: readonly string[]
}

/** The roots that the federation library adds: each field behind them keeps its own rule. */
const FEDERATION_ROOTS = new Set(['_entities', '_service'])
const ANYBODY_KNOWN: Rule = { roles: Object.values(Roles), owner: [] }

const ownTypes = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !type.name.startsWith('__') && type.name !== '_Service')

const ruleOf = (
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
): Rule | undefined => {
  if (type === schema.getQueryType() && FEDERATION_ROOTS.has(field.name)) return ANYBODY_KNOWN
  const directive = schema.getDirective('auth')
  if (!directive) return undefined
  for (const node of [field.astNode, type.astNode, ...type.extensionASTNodes]) {
    const values = node && getDirectiveValues(directive, node)
    if (values) return { roles: values['role'] as Role[], owner: (values['owner'] as string[] | null) ?? [] }
  }
  return undefined
}

/** The fields, as `Type.field`, that nobody may read because neither they nor their type bear an `@auth` rule. */
export const fieldsWithoutRule = (schema: GraphQLSchema): string[] =>
  ownTypes(schema).flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => ruleOf(schema, type, field) === undefined)
      .map((field) => `${type.name}.${field.name}`),
  )

/** Puts each field's rule before its resolver and its subscription. A field without a rule is refused. */
export const enforceRules = (schema: GraphQLSchema): void => {
  for (const type of ownTypes(schema)) {
    for (const field of Object.values(type.getFields())) {
      const rule = ruleOf(schema, type, field)
      const check = (parent: unknown, context: { identity: Identity | null }): void =>
        assertAllowed(`${type.name}.${field.name}`, rule, parent, context.identity)
      const { resolve = defaultFieldResolver, subscribe } = field
      field.resolve = (parent, args, context, info) => {
        check(parent, context as { identity: Identity | null })
        assertStorable(args as Record<string, unknown>)
        return resolve(parent, args, context, info)
      }
      if (subscribe) {
        field.subscribe = (parent, args, context, info) => {
          check(parent, context as { identity: Identity | null })
          assertStorable(args as Record<string, unknown>)
          return subscribe(parent, args, context, info)
        }
      }
    }
  }
}

const assertAllowed = (field: string, rule: Rule | undefined, parent: unknown, identity: Identity | null): void => {
  if (!identity) throw new UnauthenticatedError('Sign in first.')
  if (!rule) throw new GraphQLError(`${field} has no @auth rule`)
  if (rule.roles.some((role) => roleIncludes(identity.role, role))) return
  if (rule.owner.some((property) => isOwner(parent, property, identity))) return
  const owner = rule.owner.length > 0 ? ', or who owns it' : ''
  throw new ForbiddenError(`${field} is for ${rule.roles.join(' or ')}${owner}. You are signed in as ${identity.role}.`)
}

/** PostgreSQL cannot hold U+0000 in a text: nothing there equals it, and asking is an error. */
const assertStorable = (args: Record<string, unknown>): void => {
  for (const [path, value] of Object.entries(args)) {
    if (typeof value === 'string' && value.includes('\0')) {
      throw new BadUserInputError(`${path} holds the character U+0000. Leave it out.`, { path })
    }
  }
}

const isOwner = (parent: unknown, property: string, identity: Identity): boolean => {
  if (typeof parent !== 'object' || parent === null) return false
  const owner = (parent as Record<string, unknown>)[property]
  return typeof owner === 'string' && (owner === identity.subject || owner === identity.onBehalfOf?.subject)
}
