import type { TestSubgraph } from '@mothership/platform/testing'
import { Client } from 'pg'
import { embedded } from './support.ts'

const PARSE = 'P'.charCodeAt(0)

type Query = (this: unknown, ...args: unknown[]) => unknown

/** Puts `replacement` in the place of a method until the function that it answers is called. */
const replace = (on: object, name: string, replacement: (original: Query) => Query): (() => void) => {
  const methods = on as Record<string, Query>
  const own = Object.getOwnPropertyDescriptor(on, name)
  methods[name] = replacement(methods[name] as Query)
  return () => {
    if (own) Object.defineProperty(on, name, own)
    else Reflect.deleteProperty(on, name)
  }
}

/** Hears every statement that this process sends to PostgreSQL. */
const listenToServer = (hear: (statement: string) => void): (() => void) =>
  replace(
    Client.prototype,
    'query',
    (original) =>
      function (this: unknown, ...args) {
        const [config] = args as [string | { text?: string }]
        hear(typeof config === 'string' ? config : (config.text ?? ''))
        return original.apply(this, args)
      },
  )

/** Hears every statement that is prepared on PGlite: the text is the second of the two that such a message begins with. */
const listenToPglite = (pglite: object, hear: (statement: string) => void): (() => void) =>
  replace(
    pglite,
    'execProtocolRaw',
    (original) =>
      function (this: unknown, ...args) {
        const [message] = args as [Uint8Array]
        if (message[0] === PARSE) hear(Buffer.from(message.subarray(5)).toString().split('\0')[1] ?? '')
        return original.apply(this, args)
      },
  )

const OF_ONTOLOGY = /"?\bontology"?\./

/**
 * The statements that read or write tables of the ontology while `work` runs, or others that `pattern` finds, in their
 * order. Background jobs come to rest first; the queue itself goes on polling, by the names of its jobs, and is not
 * counted. Their number must not follow from the size of the answer.
 */
export const statementsOf = async (
  t: TestSubgraph,
  work: () => Promise<unknown>,
  pattern = OF_ONTOLOGY,
): Promise<string[]> => {
  await embedded(t)
  const { runtime } = t
  const heard: string[] = []
  const hear = (statement: string): void => {
    if (pattern.test(statement) && !statement.includes('pgboss')) heard.push(statement)
  }
  const { connection } = runtime.database
  const stop = connection.kind === 'pglite' ? listenToPglite(connection.pglite, hear) : listenToServer(hear)
  try {
    await work()
  } finally {
    stop()
  }
  return heard
}
