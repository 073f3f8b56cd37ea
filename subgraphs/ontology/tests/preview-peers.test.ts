import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { createOntologySubgraph } from '../src/subgraph.ts'
import { apply, belief, CURATOR } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startTestSubgraph(createOntologySubgraph({ starter: null }), { peers: [directiveSubgraph as never] })
})
afterAll(() => t.dispose())

const PREVIEW = `query ($changes: [OntologyChangeInput!]!) {
  previewChanges(changes: $changes) {
    effects { belief { __typename id } }
    problems { path message severity }
  }
}`
interface Preview {
  effects: { belief: { __typename: string; id: string } }[]
  problems: { path: string; message: string; severity: string }[]
}
const preview = async (changes: object[]): Promise<Preview> =>
  (await t.data<{ previewChanges: Preview }>(PREVIEW, { changes }, CURATOR)).previewChanges

describe('a preview among the other subgraphs', () => {
  it('tells what is wrong with a rule, beside what else is wrong', async () => {
    const { problems } = await preview([
      { createBelief: belief({ rule: { check: { kind: 'regex', path: '', pattern: '(' } } }) },
      { deleteBelief: belief().id },
      { createBelief: belief({ rule: { check: { kind: 'range', path: '/x', min: 1, max: 2 } } }) },
    ])
    expect(problems.map(({ path, severity }) => [path, severity])).toEqual([
      ['changes[1].deleteBelief', 'ERROR'],
      ['changes[0].createBelief.rule.check.pattern', 'ERROR'],
    ])
  })

  it('names beliefs that the directive subgraph resolves, one that would be created too', async () => {
    const there = belief()
    await apply(t, [{ createBelief: there }])
    const { effects } = await preview([
      { updateBelief: { id: there.id, credence: 0.9 } },
      { createBelief: belief({ credence: 0.3 }) },
    ])
    expect(effects).toHaveLength(2)
    const entities = parse(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Belief { directives { totalCount } } } }',
    )
    const of = effects.map(({ belief: reference }) => reference)
    const answer = await t.runtime.peers.directive(entities, { of } as never, {
      ...CURATOR,
      role: 'CURATOR',
    })
    expect(answer).toEqual({
      _entities: [{ directives: { totalCount: 0 } }, { directives: { totalCount: 0 } }],
    })
  })
})
