import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fuse, relaxedQueries } from '../src/domain/search.ts'
import { apply, belief, embedded, eventually, govern, link, refusalOf, startEmpty, value } from './support.ts'

let t: TestSubgraph
const deceive = belief({
  name: 'Do not deceive people',
  description: 'What is said is true, and nothing is left out to mislead.',
  credence: 0.9,
})
const integral = belief({
  name: 'An integral is checked by its derivative',
  description: 'Differentiating the answer must give back the function that was integrated.',
  taskTypes: ['math.solve'],
  credence: 0.8,
})
const guess = belief({
  name: 'A plausible guess is good enough',
  description: 'Nobody checks answers anyway.',
  credence: 0.1,
  taskTypes: ['math.solve'],
})
const record = belief({
  name: 'Personal data is used for its purpose alone',
  description: 'A patient told a doctor, and nobody else.',
  credence: 0.8,
})
const energy = belief({
  name: 'Heavy computation waits for the night',
  description: 'Electricity is cleaner and cheaper then.',
  credence: 0.7,
})
const privacy = value({ name: 'Privacy', description: 'What concerns a person stays with that person.' })

beforeAll(async () => {
  t = await startEmpty()
  const beliefs = [deceive, integral, guess, record, energy].map((createBelief) => ({ createBelief }))
  await apply(t, [...beliefs, { createValue: privacy }])
  await embedded(t)
})
afterAll(() => t.dispose())

interface Hit {
  score: number
  matchedBy: string[]
  node: { __typename: string; name: string }
}

const search = async (query: string, filter: object = {}): Promise<Hit[]> =>
  (
    await t.data<{ searchOntology: Hit[] }>(
      `query ($query: String!, $taskType: String, $standing: Standing, $valueId: ID, $first: Int) {
        searchOntology(query: $query, taskType: $taskType, standing: $standing, valueId: $valueId, first: $first) {
          score matchedBy node { __typename ... on Belief { name } ... on Value { name } } } }`,
      { query, ...filter },
    )
  ).searchOntology

const names = (hits: Hit[]): string[] => hits.map(({ node }) => node.name)

describe('a search', () => {
  it('finds by meaning what shares no word: "do not lie" finds honesty', async () => {
    const [hit] = await search('do not lie')
    expect(hit).toMatchObject({ node: { __typename: 'Belief', name: deceive.name } })
    expect(hit?.matchedBy).toContain('MEANING')
  })

  it('finds words, inflected ones too, in names and descriptions', async () => {
    const [hit] = await search('differentiate')
    expect(hit).toMatchObject({ node: { name: integral.name } })
    expect(hit?.matchedBy).toContain('TEXT')
  })

  it.each([
    ['intergral', integral.name],
    ['privcy', privacy.name],
    ['decieve people', deceive.name],
    ['electrcity', energy.name],
  ])('bears the misspelling %s', async (query, name) => {
    const [hit] = await search(query)
    expect(hit).toMatchObject({ node: { name } })
    expect(hit?.matchedBy).toContain('TEXT')
  })

  it('finds what is still being typed', async () => {
    expect(names(await search('priv'))).toContain(privacy.name)
    expect(names(await search('heavy comp'))[0]).toBe(energy.name)
  })

  it('takes the operators of a web search', async () => {
    const byText = (await search('checked -derivative')).filter(({ matchedBy }) => matchedBy.includes('TEXT'))
    expect(names(byText)).not.toContain(integral.name)
    expect(names(await search('"personal data"'))[0]).toBe(record.name)
  })

  it('scores in (0, 1], the best first, and 1 what both ways put first', async () => {
    const hits = await search('integral derivative')
    expect(hits[0]).toMatchObject({ score: 1, matchedBy: ['TEXT', 'MEANING'] })
    const scores = hits.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(scores.every((score) => score > 0 && score <= 1)).toBe(true)
  })

  it('keeps to a task type and a standing, and leaves values out then', async () => {
    expect(names(await search('integral check answer privacy', { taskType: 'math.solve' })).sort()).toEqual(
      [guess.name, integral.name].sort(),
    )
    const inForce = await search('check answers', { taskType: 'math.solve', standing: 'IN_FORCE' })
    expect(names(inForce)).toEqual([integral.name])
    expect(names(await search('privacy', { standing: 'IN_FORCE' }))).not.toContain(privacy.name)
  })

  it('keeps to the beliefs that promote or demote a value', async () => {
    const { number } = await apply(t, [{ linkValue: link(record, privacy, { effect: 'DEMOTES' }) }])
    expect(number).toBeGreaterThan(0)
    const hits = await search('privacy, checks and personal data', { valueId: privacy.id })
    expect(names(hits)).toEqual([record.name])
    expect(await search('privacy', { valueId: privacy.id, standing: 'DEFEATED' })).toEqual([])
    expect(await search('privacy', { valueId: 'no id' })).toEqual([])
  })

  it('finds what has most of the words before what has some of them', async () => {
    const found = names(
      (await search('answers checked by integral giraffes')).filter(({ matchedBy }) => matchedBy.includes('TEXT')),
    )
    expect(found[0]).toBe(integral.name)
    expect(found).not.toContain(energy.name)
  })

  it('bears accents that are missing', async () => {
    const cafe = belief({ name: 'A café is no office', description: 'Nobody works there.' })
    await apply(t, [{ createBelief: cafe }])
    await embedded(t)
    const [hit] = await search('cafe')
    expect(hit).toMatchObject({ node: { name: cafe.name } })
    expect(hit?.matchedBy).toContain('TEXT')
    await apply(t, [{ deleteBelief: cafe.id }])
  })

  it('answers at most as many as are wanted', async () => {
    expect(await search('integral', { first: 1 })).toHaveLength(1)
    expect(await search('integral', { first: 0 })).toHaveLength(0)
  })

  it.each(['', '   ', 'x'.repeat(1001), 'a\0b'])('refuses the query %j', async (query) => {
    const answer = await t.query('query ($query: String!) { searchOntology(query: $query) { score } }', { query })
    expect(refusalOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'query' })
  })

  it.each(["'; drop table x --", '&|!():*', '<->', 'a & | b', '"', '-', '\\', '%_', '🙂', 'or', "it's"])(
    'takes %j as text',
    async (query) => {
      await expect(search(query)).resolves.toBeInstanceOf(Array)
    },
  )

  it('finds the new words of what was edited, and nothing that was deleted', async () => {
    const one = belief({ name: 'Giraffes are tall', description: 'Very tall animals.' })
    await apply(t, [{ createBelief: one }])
    expect(names(await search('giraffes'))).toContain(one.name)
    await apply(t, [
      { updateBelief: { id: one.id, name: 'Penguins are black and white', description: 'Birds of the south.' } },
    ])
    expect(names((await search('giraffes')).filter(({ matchedBy }) => matchedBy.includes('TEXT')))).toEqual([])
    await eventually(async () => (await search('penguin bird'))[0]?.score === 1)
    await apply(t, [{ deleteBelief: one.id }])
    expect(names(await search('penguins'))).not.toContain('Penguins are black and white')
  })
})

describe('what is similar', () => {
  it('is other beliefs, the nearest in meaning first', async () => {
    const lie = belief({ name: 'Do not mislead a person', description: 'Nothing that is said is untrue.' })
    await apply(t, [{ createBelief: lie }])
    const similar = async (): Promise<Hit[]> =>
      (
        await t.data<{ belief: { similar: Hit[] } }>(
          'query ($id: ID!) { belief(id: $id) { similar(first: 2) { score matchedBy node { __typename ... on Belief { name } } } } }',
          { id: lie.id },
        )
      ).belief.similar
    await eventually(async () => (await similar()).length > 0)
    const hits = await similar()
    expect(hits[0]).toMatchObject({ node: { name: deceive.name }, matchedBy: ['MEANING'] })
    expect(hits).toHaveLength(2)
    await apply(t, [{ deleteBelief: lie.id }])
  })
})

describe('the embeddings', () => {
  it('are not computed again where neither the words nor the model changed', async () => {
    const read = () =>
      t.runtime.database.query('select node_id, xmin::text as version from ontology.search_document order by node_id')
    // What the tests before left to compute is no news of this one.
    await embedded(t)
    const before = await read()
    await apply(t, [{ updateBelief: { id: energy.id, credence: 0.71 } }])
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await embedded(t)
    expect(await read()).toEqual(before)
  })
})

describe('the beliefs that govern a task', () => {
  it('are those in force that name its type, and those without types that are relevant', async () => {
    const math = await govern(t, { taskType: 'math.solve', text: 'integrate x^2' })
    expect(math.candidates[0]).toEqual({ relevance: 1, name: integral.name })
    expect(math.candidates.filter(({ relevance }) => relevance === 1)).toHaveLength(1)
    const medical = await govern(t, {
      taskType: 'text.summarise',
      text: 'Summarise the personal data of this patient for his insurance',
    })
    expect(medical.candidates[0]?.name).toBe(record.name)
    for (const { relevance } of medical.candidates) {
      expect(relevance).toBeGreaterThan(0)
      expect(relevance).toBeLessThan(1)
    }
  })

  it('are never cut where they name the type', async () => {
    const others = Array.from({ length: 3 }, () => belief({ taskTypes: ['many.things'], credence: 0.9 }))
    const { number } = await apply(t, [
      ...others.map((createBelief) => ({ createBelief })),
      { relateBeliefs: { type: 'CONTRADICTS', from: others[0]?.id, to: others[1]?.id, weight: 0.1 } },
      { relateBeliefs: { type: 'CONTRADICTS', from: guess.id, to: others[1]?.id, weight: 0.1 } },
    ])
    const many = await govern(t, { taskType: 'many.things', text: 'Do not deceive people' }, 1)
    expect(many.revision).toBe(number)
    expect(many.candidates.map(({ relevance }) => relevance)).toEqual([1, 1, 1])
    expect(many.contradictions).toEqual([{ from: { name: others[0]?.name }, to: { name: others[1]?.name } }])
  })

  it('have every relevant MUST whatever names the type, and tell how many SHOULDs were cut', async () => {
    const naming = Array.from({ length: 3 }, () => belief({ taskTypes: ['plant.water'], credence: 0.9 }))
    const about = 'The plant is watered'
    const musts = [
      belief({ name: `${about} by a rule`, credence: 0.9 }),
      belief({ name: `${about} and must be`, credence: 0.9, level: 'MUST' }),
    ]
    const shoulds = [
      belief({ name: `${about} by habit`, credence: 0.9 }),
      belief({ name: `${about} gladly`, credence: 0.9, level: 'SHOULD' }),
    ]
    await apply(
      t,
      [...naming, ...musts, ...shoulds].map((createBelief) => ({ createBelief })),
    )
    // A rule is checked by the directive subgraph, which is not here. It makes a MUST of what has no level of its own.
    await t.runtime.database.query(
      `update ontology.belief set rule = '{"check": {"kind": "steps", "require": ["water"]}}' where id in ($1::uuid, $2::uuid)`,
      [musts[0]?.id, shoulds[1]?.id],
    )
    await embedded(t)
    const namesAt = async (limit: number) => {
      const { candidates, ...told } = await govern(t, { taskType: 'plant.water', text: about }, limit)
      const found = candidates.filter(({ relevance }) => relevance < 1).map(({ name }) => name)
      return { found, cut: [told.mustsCut, told.shouldsCut] }
    }
    const all = await namesAt(500)
    expect(all.found).toEqual(expect.arrayContaining([...musts, ...shoulds].map(({ name }) => name)))
    expect(all.cut).toEqual([0, 0])
    // Others of these tests are near it too: of the SHOULDs the most relevant ones are left.
    const isMust = (name: string) => musts.some((must) => must.name === name)
    const rest = all.found.filter((name) => !isMust(name))
    for (const left of [0, 1]) {
      const { found, cut } = await namesAt(naming.length + left)
      expect(found.filter(isMust).sort()).toEqual(musts.map(({ name }) => name).sort())
      expect(found.filter((name) => !isMust(name))).toEqual(rest.slice(0, left))
      expect(cut).toEqual([0, rest.length - left])
    }
    expect((await namesAt(1)).cut).toEqual([0, rest.length])
  })

  it('are at most 5,000 MUSTs without types, and the others are counted', async () => {
    await t.runtime.database.query(
      `with made as (
         insert into ontology.belief (id, name, name_key, description, credence, strength, converged, standing,
                                      task_types, level, revision, created_at, updated_at)
         select gen_random_uuid(), 'Xylophone', 'xylophone ' || n, 'A', 0.9, 0.9, true, 'IN_FORCE', '{}', 'MUST', 1, now(),
                now()
         from generate_series(1, 5003) n returning id, name
       )
       insert into ontology.search_document (node_id, kind, name, description)
       select id, 'BELIEF', name, 'A' from made`,
    )
    try {
      const { candidates, mustsCut } = await govern(t, { taskType: 'xylophone', text: 'xylophone' })
      expect(candidates.filter(({ name }) => name === 'Xylophone')).toHaveLength(5000)
      expect(mustsCut).toBe(3)
    } finally {
      await t.runtime.database.query(`delete from ontology.search_document where name = 'Xylophone'`)
      await t.runtime.database.query(`delete from ontology.belief where name = 'Xylophone'`)
    }
  })

  it('are found for any text', async () => {
    for (const text of ['', 'x'.repeat(100_000), "'quoted' & | !", '\ud800']) {
      await expect(govern(t, { taskType: 'math.solve', text })).resolves.toMatchObject({
        candidates: expect.arrayContaining([expect.objectContaining({ relevance: 1 })]),
      })
    }
  })
})

describe('the fusion of rankings', () => {
  const at = (...ids: string[]) => ids.map((id) => ({ id, kind: 'BELIEF' as const }))

  it('puts what both found before what one found, and words before meaning where they are even', () => {
    const fused = fuse({ TEXT: at('c', 'a'), MEANING: at('b', 'a') }, 10)
    expect(fused.map(({ id }) => id)).toEqual(['a', 'c', 'b'])
    expect(fused[0]?.matchedBy).toEqual(['TEXT', 'MEANING'])
    expect(fuse({ TEXT: at('a'), MEANING: at('a') }, 10)[0]?.score).toBe(1)
  })
})

describe('the relaxed queries', () => {
  it('ask for all of the words, then for all but one, down to half of them', () => {
    expect(relaxedQueries([['a'], ['b', "b'"], ['c']])).toEqual([
      `(('a') & ('b' | 'b''') & ('c'))`,
      `(('a') & ('b' | 'b''')) | (('a') & ('c')) | (('b' | 'b''') & ('c'))`,
    ])
    expect(relaxedQueries([['a']])).toEqual([`(('a'))`])
    expect(relaxedQueries([])).toEqual([])
  })
})

describe('a word that a curator misspelt', () => {
  it('is corrected in queries again once the belief is mended, or deleted', async () => {
    const misspelt = belief({ name: 'A derivativ is a limit', description: 'Of a quotient.' })
    const names = async () => (await search('derivativ')).map(({ node }) => node.name)
    await apply(t, [{ createBelief: misspelt }])
    expect((await names())[0]).toBe(misspelt.name)
    await apply(t, [{ updateBelief: { id: misspelt.id, name: 'A quotient has a limit' } }])
    await embedded(t)
    expect(await names()).toContain(integral.name)
    await apply(t, [{ updateBelief: { id: misspelt.id, name: misspelt.name } }, { deleteBelief: misspelt.id }])
    expect(await names()).toContain(integral.name)
    const rows = await t.runtime.database.query<{ word: string; uses: number }>(
      `select word, uses from ontology.search_word where word in ('derivativ', 'derivative') order by word`,
    )
    expect(rows).toEqual([{ word: 'derivative', uses: 1 }])
  })
})
