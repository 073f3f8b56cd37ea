import {
  defaultFieldResolver,
  getNamedType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  isObjectType,
} from 'graphql'
import { QueryTooCostlyError } from './errors.ts'
import { type Identity, Role } from './identity.ts'
import { jsonBytes } from './json.ts'

/** The most bytes of texts and JSON in one answer. An agent may be lent 50 tasks at once, with an input of 1 MB each. */
export const ANSWER_LIMIT = 64_000_000

/** How much the answer to one operation holds by now. The fetches of an operation within one process share it. */
export interface AnswerSize {
  /** Throws QueryTooCostlyError where it holds too much already: to be called before more is read for it. */
  assertRoom(): void
  add(bytes: number): void
  /** Counts afresh: each event of a subscription is an answer. */
  restart(): void
}

/** One value may go beyond the limit, as an export of the whole ontology does; whatever would come after it is refused. */
export const createAnswerSize = (limit = ANSWER_LIMIT): AnswerSize => {
  let held = 0
  return {
    assertRoom: () => {
      if (held <= limit) return
      throw new QueryTooCostlyError(
        `The answer would have more than ${limit / 1_000_000} MB. Ask for fewer at a time, or leave out what is large.`,
        { limit },
      )
    },
    add: (bytes) => void (held += bytes),
    restart: () => void (held = 0),
  }
}

/** Of a subgraph that asks another: each bounds what it asks for, and must not lose a part of it. Nothing is counted. */
const UNLIMITED: AnswerSize = { assertRoom: () => undefined, add: () => undefined, restart: () => undefined }

export const sizeOfAnswerTo = ({ role }: Identity): AnswerSize =>
  role === Role.SERVICE ? UNLIMITED : createAnswerSize()

/** What may be long of an answer; all else of it is bounded by the number of its fields. */
const COUNTED = new Set(['String', 'JSON'])

type Field = GraphQLField<unknown, { answer: AnswerSize }>

/** Counts what the fields of a schema answer, and answers no more beyond the limit. */
export const countAnswers = (schema: GraphQLSchema): void => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue
    for (const field of Object.values(type.getFields()) as Field[]) {
      if (isCounted(field.type)) count(field)
      if (type === schema.getSubscriptionType()) restart(field)
    }
  }
}

const isCounted = (type: GraphQLOutputType): boolean => COUNTED.has(getNamedType(type).name)

const count = (field: Field): void => {
  const { resolve = defaultFieldResolver } = field
  field.resolve = (parent, args, context, info) => {
    const { answer } = context
    if (answer === UNLIMITED) return resolve(parent, args, context, info)
    answer.assertRoom()
    const counted = (value: unknown): unknown => {
      // Again: what was asked for at the same time may have filled it meanwhile.
      answer.assertRoom()
      answer.add(bytesOf(value))
      return value
    }
    const value: unknown = resolve(parent, args, context, info)
    return value instanceof Promise ? value.then(counted) : counted(value)
  }
}

const restart = (field: Field): void => {
  const { resolve = defaultFieldResolver } = field
  field.resolve = (parent, args, context, info) => {
    context.answer.restart()
    return resolve(parent, args, context, info)
  }
}

const bytesOf = (value: unknown): number => (typeof value === 'string' ? Buffer.byteLength(value) : jsonBytes(value))
