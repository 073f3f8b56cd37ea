import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MAINS, variablesOf } from './container.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

const FOLDERS = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory())
const isOurs = (path: string): boolean => FOLDERS.some(({ name }) => path.startsWith(`${name}/`))

/** The paths that a document names in code or links to, as far as they begin with a folder of the project. */
const pathsIn = (text: string): string[] => {
  const named = [...text.matchAll(/`([\w./-]+)`/g), ...text.matchAll(/\[[^\]]*\]\(([\w./-]+)\)/g)]
  return [...new Set(named.map(([, path = '']) => path))].filter(isOurs)
}

describe('the documents', () => {
  const adrs = readdirSync(new URL('docs/adr/', ROOT)).map((file) => `docs/adr/${file}`)
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CONTEXT.md', ...adrs]

  it('name files and folders that are there', () => {
    const named = documents.flatMap((document) => pathsIn(read(document)).map((path) => ({ document, path })))
    expect(named.length).toBeGreaterThan(60)
    expect(named.filter(({ path }) => !existsSync(new URL(path, ROOT)))).toEqual([])
  })

  it('tell every variable that a process reads', () => {
    const readme = read('README.md')
    const variables = new Set(MAINS.flatMap(variablesOf))
    expect([...variables].filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
  })

  it('show the example agent as it is', () => {
    expect(read('README.md')).toContain(read('agents/sdk/examples/shout.ts'))
  })
})
