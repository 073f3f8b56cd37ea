import { readFileSync } from 'node:fs'

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** The one block of code under a heading of the README. */
const blockUnder = (heading: string): string => {
  const [, section] = README.split(`\n### ${heading}\n`)
  const block = /^```\w+\n([\s\S]*?)^```$/m.exec(section?.split(/\n##+ /)[0] ?? '')?.[1]
  if (block === undefined) throw new Error(`README.md has no code under "### ${heading}"`)
  return block
}

/** What the example by curl sends: to sign in, with another password, and then to /graphql. */
export const curlBodies = (password: string): { credentials: unknown; operations: unknown[] } => {
  const block = blockUnder('Ask why, by curl')
  const bodies = (pattern: RegExp): Record<string, unknown>[] =>
    [...block.matchAll(pattern)].map(([, body = '']) => JSON.parse(body) as Record<string, unknown>)
  const [credentials] = bodies(/-d '(\{.*?\})'/g)
  return { credentials: { ...credentials, password }, operations: bodies(/^gql '(.*)'$/gm) }
}

/** The example by graphql-ws, for a Mothership at another address. */
export const watchExample = (base: string): string => {
  const code = blockUnder('Watch tasks, by graphql-ws')
  const moved = code.replace('ws://localhost:4000', base.replace(/^http/, 'ws'))
  if (moved === code)
    throw new Error('README.md: its example by graphql-ws asks another address than ws://localhost:4000')
  return moved
}
