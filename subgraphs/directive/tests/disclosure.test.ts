import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '@mothership/platform/identity'
import type { TestSubgraph } from '@mothership/platform/testing'
import { check, type DirectiveData, generate, ids, startDirectives, steps } from './fixture.ts'
import { proposing, QUICK } from './wire/asked.ts'
import { gives, startProviders, type WireProviders } from './wire/providers.ts'

// A model was shown the input of the task, and all that it proposes quotes it.
const SECRET = 'Rosebud'
const CHECKS = [
  { kind: 'schema', path: '', schema: { type: 'object', required: [SECRET] } },
  { kind: 'schema', path: '/answer', schema: { const: SECRET } },
  { kind: 'regex', path: `/${SECRET}`, pattern: 'a' },
  { kind: 'regex', path: '/answer', pattern: SECRET },
  { kind: 'cel', expression: `result.answer == "${SECRET}"` },
  { kind: 'steps', require: [SECRET] },
  { kind: 'evidence', types: [SECRET] },
  { kind: 'judge', rubric: `It speaks of ${SECRET}.`, threshold: 0.5 },
]
const proposed = CHECKS.map((one) => ({
  statement: `The answer is ${SECRET}.`,
  phase: 'RESULT',
  check: one,
  because: [ids.verify, ids.noGuess],
}))

let wire: WireProviders
let directives: TestSubgraph
let directiveId: string
let reportId: string
beforeAll(async () => {
  wire = await startProviders()
  const models = { OPENAI_API_KEY: 'a', MOTHERSHIP_MODELS: 'openai:gpt-test', ...wire.urls }
  directives = await startDirectives(models, { ...QUICK, failures: 100 })
  wire.next(gives.value(proposing(...proposed)))
  directiveId = (await generate(directives, { taskType: 'test.solve', input: { word: SECRET } })).id
  wire.always(gives.status(401))
  reportId = (await check(directives, { directiveId, result: { answer: 'no' }, trace: steps('guess') })).id
})
afterAll(async () => {
  await directives.dispose()
  await wire.dispose()
})

const FINDING = 'outcome path reason constraint { id origin statement check because { beliefName } }'
const SEEN = `query ($id: ID!, $r: [_Any!]!) {
  directive(id: $id) { constraints { id origin statement check because { beliefName } } }
  _entities(representations: $r) { ... on ComplianceReport { findings { ${FINDING} } } }
}`
interface Seen {
  directive: Pick<DirectiveData, 'constraints'>
  _entities: {
    findings: {
      outcome: string
      path: string | null
      reason: string
      constraint: DirectiveData['constraints'][number]
    }[]
  }[]
}
const seenBy = async (role: Role) => {
  const variables = { id: directiveId, r: [{ __typename: 'ComplianceReport', id: reportId }] }
  const { directive, _entities } = await directives.data<Seen>(SEEN, variables, { role, subject: 'x', name: 'x' })
  return { constraints: directive.constraints, findings: _entities[0]!.findings }
}

describe('what a language model wrote into a directive', () => {
  // An AGENT reads it of its own tasks, and so it does in readers.test.ts.
  it.each<Role>(['OPERATOR', 'ADMIN', 'SERVICE'])('is told to %s as it stands', async (role) => {
    const { constraints, findings } = await seenBy(role)
    const added = constraints.filter(({ origin }) => origin === 'MODEL')
    expect(added.map(({ statement }) => statement)).toEqual(CHECKS.map(() => `The answer is ${SECRET}.`))
    expect(added.map((one) => one.check)).toMatchObject(CHECKS)
    const reasons = findings.filter(({ constraint }) => constraint.origin === 'MODEL').map(({ reason }) => reason)
    expect(reasons).toHaveLength(CHECKS.length)
    expect(reasons.join()).toContain(SECRET)
  })

  it.each<Role>(['VIEWER', 'CURATOR'])('never tells %s of the input, under any parent', async (role) => {
    const seen = await seenBy(role)
    expect(JSON.stringify(seen)).not.toContain(SECRET)
    const added = seen.constraints.filter(({ origin }) => origin === 'MODEL')
    expect(added.map((one) => one.check)).toEqual(CHECKS.map(({ kind }) => ({ kind })))
    for (const { statement } of added) {
      expect(statement).toBe('Added by a language model, from "Answers are verified", "Nobody guesses".')
    }
    const found = seen.findings.filter(({ constraint }) => constraint.origin === 'MODEL')
    expect(found.map(({ outcome, path, reason }) => [outcome, path, reason])).toEqual([
      ...Array.from({ length: 7 }, () => ['FAIL', null, 'It is not met.']),
      ['UNKNOWN', null, 'It could not be decided.'],
    ])
  })

  it('hides nothing of what was compiled', async () => {
    const { constraints, findings } = await seenBy('VIEWER')
    const compiled = constraints.filter(({ origin }) => origin === 'COMPILED')
    expect(compiled.map((one) => one.check)).toContainEqual({ kind: 'steps', require: ['verify'] })
    expect(findings.map(({ reason }) => reason)).toContain('"verify" was not done. Do it and trace it.')
  })
})
