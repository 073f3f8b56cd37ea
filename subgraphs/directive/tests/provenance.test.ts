import type { TestSubgraph } from '@mothership/platform/testing'
import type { SubgraphDefinition } from '@mothership/platform/subgraph'
import { startTestSubgraph } from '@mothership/platform/testing'
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ontologySubgraph } from '../../ontology/src/subgraph.ts'
import { directiveSubgraph } from '../src/subgraph.ts'
import { CHECK, DIRECTIVE, type DirectiveData, type ReportData, seeded } from './fixture.ts'

// Here the ontology stands in the middle, with the starter ontology, and is edited: the directive subgraph is its peer.
let ontology: TestSubgraph

const ask = <T>(source: string, variables: Record<string, unknown>): Promise<T> =>
  ontology.runtime.peers.directive(parse(source), variables, null)

const generate = async (input: unknown): Promise<DirectiveData> =>
  (
    await ask<{ generateDirective: DirectiveData }>(
      `mutation ($input: JSON!) { generateDirective(taskType: "math.solve", input: $input) { ...D } } ${DIRECTIVE}`,
      { input },
    )
  ).generateDirective

beforeAll(async () => {
  ontology = await startTestSubgraph(ontologySubgraph, {
    peers: [directiveSubgraph as unknown as SubgraphDefinition<never>],
  })
  await seeded(async () => (await generate({})).constraints.length > 0)
})
afterAll(() => ontology.dispose())

const integral = { operation: 'integrate', expression: 'x^2 * sin(x)', variable: 'x' }
const result = { answer: '2 x sin(x) + (2 - x^2) cos(x)', latex: '2x\\sin(x)', exact: true }
const at = '2026-11-23T12:00:00.000Z'
const trace = {
  plan: ['solve', 'verify'],
  steps: [
    { name: 'solve', at },
    { name: 'verify', at },
  ],
  evidence: [{ type: 'differentiated-integral', data: {} }],
  tokens: 0,
  usd: 0,
}

describe('a directive for mathematics from the starter ontology', () => {
  it('has the six MUSTs of math.solve, no conflict, and a judge for what only a person can tell', async () => {
    const { constraints, conflicts } = await generate(integral)
    const musts = constraints.filter(({ level }) => level === 'MUST')
    expect(musts.length).toBeGreaterThanOrEqual(6)
    expect(musts.map(({ check }) => (check as { kind: string }).kind)).not.toContain('judge')
    expect(conflicts).toEqual([])
    expect(constraints.filter(({ level }) => level === 'SHOULD').length).toBeLessThanOrEqual(50)
  })

  it('finds a verified answer compliant, and a guessed one a violation', async () => {
    const { id: directiveId } = await generate(integral)
    const check = async (variables: object) =>
      (await ask<{ checkCompliance: ReportData }>(CHECK, { directiveId, elapsed: 200, ...variables })).checkCompliance
    expect(await check({ result, trace })).toMatchObject({ verdict: 'COMPLIANT' })
    const guessed = await check({ result, trace: { ...trace, steps: [{ name: 'guess', at }], evidence: [] } })
    expect(guessed.verdict).toBe('VIOLATION')
    expect(guessed.findings.filter(({ outcome }) => outcome === 'FAIL').length).toBeGreaterThanOrEqual(3)
  })

  it('still names a belief that was removed since, and the ontology still resolves it', async () => {
    const directive = await generate(integral)
    const [source] = directive.constraints[0]?.because ?? []
    const id = source?.belief.id
    await ontology.data('mutation ($id: ID!) { deleteBelief(id: $id) { id } }', { id })
    const { directive: kept } = await ask<{ directive: DirectiveData }>(
      `query ($id: ID!) { directive(id: $id) { ...D } } ${DIRECTIVE}`,
      { id: directive.id },
    )
    expect(kept.constraints[0]?.because).toEqual([source])
    const { _entities: entities } = await ontology.data<{ _entities: unknown[] }>(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Belief { id name deletedAt } } }',
      { r: [{ __typename: 'Belief', id }] },
    )
    expect(entities).toMatchObject([{ id, name: source?.beliefName, deletedAt: expect.any(String) as string }])
    const now = await generate(integral)
    expect(now.constraints.flatMap(({ because }) => because.map(({ belief }) => belief.id))).not.toContain(id)
  })

  it('is refused a rule that does not compile, when the belief is saved', async () => {
    const { errors } = await ontology.query(
      `mutation ($rule: JSON) { createBelief(input: {name: "Odd", description: "Odd.", rule: $rule}) { id } }`,
      { rule: { check: { kind: 'cel', expression: 'reslut == 1' } } },
    )
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT')
    expect(errors?.[0]?.message).toContain('reslut')
  })
})
