import { createTestRuntime } from '@mothership/platform/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startComparing } from '../src/comparing.ts'
import type { EmbeddingModel } from '../src/embeddings/model.ts'
import { type Meaning, startMeaning } from '../src/meaning.ts'
import { createStore, EMBED_JOB } from '../src/store.ts'
import { eventually } from './support.ts'

const MARK = 'cannot be embedded'

/** A model of one direction for all, that fails on marked texts and counts what it was asked. */
const createModel = () => {
  const asked: (readonly string[])[] = []
  const model: EmbeddingModel = {
    name: 'of-the-test',
    batch: 8,
    embed: async (texts) => {
      asked.push(texts)
      if (texts.some((text) => text.includes(MARK))) throw new Error('the model failed')
      return texts.map(() => Array.from({ length: 512 }, (_, n) => (n === 0 ? 1 : 0)))
    },
    dispose: async () => undefined,
  }
  return { model, asked }
}

let runtime: Awaited<ReturnType<typeof createTestRuntime>>
let meaning: Meaning | undefined
beforeEach(async () => {
  runtime = await createTestRuntime('ontology')
})
afterEach(async () => {
  await meaning?.dispose()
  await runtime.dispose()
})

/** Documents that are due, one with the mark among them. */
const createDue = async (count: number, marked: boolean): Promise<void> => {
  await runtime.database.query(
    `with document as (
       insert into ontology.search_document (node_id, kind, name, description)
       select gen_random_uuid(), 'BELIEF', 'Belief no. ' || n, case when n = 1 and $2::boolean then $3::text else 'Fine' end
       from generate_series(1, $1::integer) n returning node_id
     )
     insert into ontology.embedding_due (node_id, edit_size) select node_id, 1 from document`,
    [count, marked, MARK],
  )
}

const left = async (): Promise<string[]> => {
  const rows = await runtime.database.query<{ description: string }>(
    `select d.description from ontology.embedding_due due join ontology.search_document d using (node_id)`,
  )
  return rows.map(({ description }) => description)
}

describe('the meaning of what is due', () => {
  it('is computed of all but a document on which the model fails, which a start does not wait for', async () => {
    await createDue(20, true)
    const { model } = createModel()
    const store = createStore(runtime)
    await startComparing(runtime, store)
    meaning = await startMeaning(runtime, store, model)
    await meaning.catchUp()
    expect(await left()).toEqual([MARK])
    const [row] = await runtime.database.query<{ seconds: number }>(
      `select extract(epoch from claimed_until - clock_timestamp())::float8 as seconds from ontology.embedding_due`,
    )
    expect(row?.seconds).toBeGreaterThan(500)
    expect(await runtime.jobs.isQueued(EMBED_JOB)).toBe(false)
  })

  it('is computed once, however many requests ask for it at a time, and none of them is left', async () => {
    const { model, asked } = createModel()
    const store = createStore(runtime)
    await startComparing(runtime, store)
    meaning = await startMeaning(runtime, store, model)
    await meaning.catchUp()
    await createDue(16, true)
    await Promise.all(Array.from({ length: 10 }, () => store.requestEmbeddings()))
    await eventually(async () => (await left()).length === 1 && !(await runtime.jobs.isQueued(EMBED_JOB)))
    expect(asked.flat().filter((text) => text.includes(MARK)).length).toBeLessThanOrEqual(4)
  })
})
