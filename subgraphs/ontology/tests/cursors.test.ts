import { randomUUID } from 'node:crypto'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { encodeCursor } from '@mothership/platform/connection'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { createOntologySubgraph } from '../src/subgraph.ts'
import { apply, belief, CURATOR, link, refusalOf, value } from './support.ts'

let t: TestSubgraph
let proposalId = ''
const [one, good] = [belief(), value()]
const id = randomUUID()

beforeAll(async () => {
  t = await startTestSubgraph(createOntologySubgraph({ starter: null }), { peers: [directiveSubgraph as never] })
  await apply(t, [{ createBelief: one }, { createValue: good }, { linkValue: link(one, good) }])
  const { createProposal } = await t.data<{ createProposal: { id: string } }>(
    'mutation ($changes: [OntologyChangeInput!]!) { createProposal(input: { title: "T", changes: $changes }) { id } }',
    { changes: [{ deleteBelief: one.id }] },
    CURATOR,
  )
  proposalId = createProposal.id
}, 60_000)
afterAll(() => t.dispose())

const NUMBERS = [9_007_199_254_740_991, 2_147_483_648, -1, 0.5, Number.MAX_VALUE]
const PAGE = '(after: $after) { nodes { __typename } }'

/** Each list that is placed by whole numbers, with the cursors that it does not give. */
const LISTS: Record<string, { source: () => string; cursors: (number: number) => unknown[][] }> = {
  revisions: { source: () => `{ revisions${PAGE} }`, cursors: (n) => [[n]] },
  changes: { source: () => `{ revision(number: 1) { changes${PAGE} } }`, cursors: (n) => [[n]] },
  comments: {
    source: () => `{ proposal(id: "${proposalId}") { comments${PAGE} } }`,
    cursors: (n) => [
      [n, 0],
      [0, n],
    ],
  },
  suggestions: { source: () => `{ suggestions${PAGE} }`, cursors: (n) => [[n, id]] },
}

describe('a cursor with a number that no list has', () => {
  const cases = Object.entries(LISTS).flatMap(([name, { source, cursors }]) =>
    NUMBERS.flatMap(cursors).map((parts) => [name, JSON.stringify(parts), source, parts] as const),
  )

  it.each(cases)('is refused as one: %s after %s', async (_, __, source, parts) => {
    const answer = await t.query(`query ($after: Cursor) ${source()}`, { after: encodeCursor(parts as number[]) })
    expect(refusalOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'after' })
  })
})

describe('a cursor with a time that the database cannot read', () => {
  it.each(['+275760-09-13T00:00:00.000Z', '-000001-01-01T00:00:00.000Z', '0000-06-01T00:00:00.000Z', 'odd'])(
    'is refused: %s',
    async (time) => {
      const after = encodeCursor([time, id])
      const answer = await t.query(`query ($after: Cursor) { proposals${PAGE} }`, { after })
      expect(refusalOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'after' })
    },
  )
})

describe('a cursor with a weight beyond all weights', () => {
  it.each(['1e400', '-1e400', '0'])('is taken for a place in the list: %s', async (weight) => {
    const after = Buffer.from(`[${weight},"${id}"]`).toString('base64url')
    for (const source of [
      `{ unmetDependencies${PAGE} }`,
      `{ value(id: "${good.id}") { beliefs${PAGE} } }`,
      `{ value(id: "${good.id}", at: 1) { beliefs${PAGE} } }`,
    ]) {
      const { errors } = await t.query(`query ($after: Cursor) ${source}`, { after })
      expect(errors).toBeUndefined()
    }
  })
})
