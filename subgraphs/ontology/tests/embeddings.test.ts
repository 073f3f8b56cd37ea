import type { TestSubgraph } from '@mothership/platform/testing'
import type { ExecutionResult } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apply, belief, embedded, eventually, startEmpty } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
  await apply(t, [{ createBelief: belief({ name: 'Warms the model up' }) }])
  await embedded(t)
})
afterAll(() => t.dispose())

interface Progress {
  done: number
  total: number
  model: string
}
const PROGRESS = '{ embeddingProgress { done total model } }'
const progress = async (): Promise<Progress> =>
  (await t.data<{ embeddingProgress: Progress }>(PROGRESS)).embeddingProgress

const due = async (): Promise<number> => {
  const { done, total } = await progress()
  return total - done
}

const bulk = (size: number, word: string) =>
  Array.from({ length: size }, (_, n) => ({
    createBelief: belief({ name: `${word} no. ${n}`, description: `What is said of ${word} in the ${n}th place.` }),
  }))

/** Whether the meaning of a belief is that of its words now. */
const hasMeaning = async (id: string): Promise<boolean> => {
  const rows = await t.runtime.database.query(
    `select from ontology.search_document d where node_id = $1::uuid and embedding is not null
       and not exists (select from ontology.embedding_due where node_id = d.node_id)`,
    [id],
  )
  return rows.length > 0
}

describe('the embeddings', () => {
  it('follow an edit soon: it is found by its new meaning, that shares no word with the query', async () => {
    const one = belief({ name: 'Giraffes are tall', description: 'Their necks are long.' })
    await apply(t, [{ createBelief: one }])
    await eventually(() => hasMeaning(one.id))
    await apply(t, [{ updateBelief: { id: one.id, name: 'Never tell a lie', description: 'What is said is true.' } }])
    const find = `{ searchOntology(query: "honesty and truthfulness") { matchedBy node { ... on Belief { id } } } }`
    await eventually(async () => {
      const { searchOntology } = await t.data<{ searchOntology: { matchedBy: string[]; node: { id: string } }[] }>(find)
      return searchOntology[0]?.node.id === one.id && searchOntology[0].matchedBy.includes('MEANING')
    })
  })

  it('of one edit do not wait for those of a bulk before it', async () => {
    await apply(t, bulk(150, 'haystack'))
    const needle = belief({ name: 'A needle', description: 'Sharp and small.' })
    await apply(t, [{ createBelief: needle }])
    await eventually(async () => (await due()) === 0, 290_000)
    // Told by the transactions that wrote them: whoever looks while they are written may come too late to see it.
    const later = await t.runtime.database.query(
      `select from ontology.search_document d, ontology.search_document needle
       where needle.node_id = $1::uuid and d.name like 'haystack%' and d.xmin::text::bigint > needle.xmin::text::bigint`,
      [needle.id],
    )
    expect(later.length).toBeGreaterThan(50)
  }, 300_000)

  it('go on where a killed process left off, what it was at included', async () => {
    const left = bulk(3, 'abandoned')
    await apply(t, left)
    await eventually(async () => (await due()) === 0)
    const ids = left.map(({ createBelief }) => createBelief.id)
    await t.runtime.database.query(
      `insert into ontology.embedding_due (node_id, edit_size, claimed_until)
       select node_id, 3, clock_timestamp() + interval '1 second' from ontology.search_document
       where node_id in (select id::uuid from jsonb_array_elements_text($1::jsonb) as list (id))`,
      [JSON.stringify(ids)],
    )
    await t.runtime.database.query(
      `update ontology.search_document set embedding = null, embedded_from = null where node_id = $1::uuid`,
      [ids[0]],
    )
    await apply(t, [{ createBelief: belief() }])
    await eventually(async () => (await due()) === 0)
    expect(await hasMeaning(ids[0] as string)).toBe(true)
  })

  it('are given up with what is deleted', async () => {
    const before = await progress()
    const gone = bulk(60, 'short-lived')
    await apply(t, gone)
    await apply(
      t,
      gone.map(({ createBelief }) => ({ deleteBelief: createBelief.id })),
    )
    await eventually(async () => (await due()) === 0)
    expect((await progress()).total).toBe(before.total)
  })
})

describe('the progress of the embeddings', () => {
  const subscribe = () => t.subscribe(`subscription ${PROGRESS}`)
  const told = ({ data }: ExecutionResult): Progress =>
    (data as unknown as { embeddingProgress: Progress }).embeddingProgress

  it('is told at first, then as it moves, at most four times a second, to the end', async () => {
    const updates = await subscribe()
    const first = told((await updates.next()).value as ExecutionResult)
    expect(first).toMatchObject({ done: first.total, model: 'universal-sentence-encoder-lite-en' })
    const began = performance.now()
    const seen: Progress[] = []
    const isAmid = ({ done, total }: Progress): boolean => done < total
    let expected = first.total
    // A reader that is held up may be told the end alone: then once more.
    while (!seen.some(isAmid)) {
      await apply(t, bulk(120, 'counted'))
      expected += 120
      let last = first
      while (last.done < expected) {
        last = told((await updates.next()).value as ExecutionResult)
        seen.push(last)
      }
    }
    await updates.return?.()
    expect(seen.length).toBeLessThanOrEqual((4 * (performance.now() - began)) / 1000 + 1)
    const done = seen.map((progress) => progress.done)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
  })

  it('stops when the client does, though nothing moves', async () => {
    const updates = await subscribe()
    await updates.next()
    const waiting = updates.next()
    await updates.return?.()
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(await updates.next()).toEqual({ done: true, value: undefined })
  })
})
