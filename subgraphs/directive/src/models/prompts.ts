import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { canonicalJson } from '@mothership/platform/json'

export type PromptName = 'directive' | 'judge'

/** A prompt of a file: `<name>.v<N>.md`, of which the highest N counts. */
export interface Prompt {
  readonly name: PromptName
  /** Its name and number, and a hash of its words: an answer that is kept belongs to one version. */
  readonly version: string
  readonly text: string
}

const FOLDER = new URL('../../prompts/', import.meta.url)

/** Reads the newest version of each prompt. Throws where one has none. */
export const readPrompts = (folder: URL = FOLDER): Readonly<Record<PromptName, Prompt>> => {
  const files = readdirSync(folder)
  return { directive: newest('directive', files, folder), judge: newest('judge', files, folder) }
}

const newest = (name: PromptName, files: readonly string[], folder: URL): Prompt => {
  const numbers = files.flatMap((file) => {
    const [, of, number] = /^(\w+)\.v(\d+)\.md$/.exec(file) ?? []
    return of === name ? [Number(number)] : []
  })
  if (numbers.length === 0) throw new Error(`there is no prompt ${name}.v<N>.md in ${folder.pathname}`)
  const number = Math.max(...numbers)
  const text = readFileSync(new URL(`${name}.v${number}.md`, folder), 'utf8')
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return { name, version: `${name}.v${number}.${hash}`, text }
}

/**
 * A prompt with its data fenced: the marker is random, so that nothing in the data can end the fence, and the
 * instructions are in a message of their own.
 */
export const fenced = (prompt: Prompt, data: unknown): { system: string; user: string } => {
  const nonce = randomBytes(16).toString('hex')
  return {
    system: prompt.text.replaceAll('{{nonce}}', nonce),
    user: `<data ${nonce}>\n${canonicalJson(data)}\n</data ${nonce}>`,
  }
}
