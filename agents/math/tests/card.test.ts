import { inputCheck } from '@mothership/agent-sdk/validation'
import { afterAll, describe, expect, it } from 'vitest'
import { card } from '../src/card.ts'
import { MathSolver } from '../src/solve.ts'
import { CASES } from './problems.ts'

const solver = new MathSolver()
afterAll(() => solver.dispose())

// The very check that the SDK makes of a task's input; of a result it is none, but the schema is read alike.
const described = { description: card.description, outputSchema: card.outputSchema }
const check = inputCheck([
  { ...described, id: 'input', inputSchema: card.inputSchema },
  { ...described, id: 'output', inputSchema: card.outputSchema },
])

describe('the skill card', () => {
  it('accepts every input of the table that the engine can answer', () => {
    for (const { input, expect: wanted } of CASES) {
      if (!('code' in wanted)) expect(check('input', input), JSON.stringify(input)).toBeNull()
    }
  })

  it.each([
    [{}],
    [{ operation: 'integrate' }],
    [{ operation: 'limit', expression: 'x' }],
    [{ operation: 'divine', expression: 'x' }],
    [{ operation: 'evaluate', expression: 'x'.repeat(10_001) }],
    [{ operation: 'evaluate', expression: '' }],
    [{ operation: 'integrate', expression: 'x', from: 1 }],
    [{ operation: 'statistics', data: [] }],
    [{ operation: 'differentiate', expression: 'x', order: 11 }],
  ])('refuses %j', (input) => {
    expect(check('input', input)).not.toBeNull()
  })

  it('describes what the engine answers', async () => {
    const problems = [
      { operation: 'solve', expression: 'x^3 = 2' },
      { operation: 'matrix', expression: '[[1, 2], [3, 4]]', action: 'inverse' },
      { operation: 'statistics', data: [1, 2, 3] },
    ]
    for (const problem of problems) {
      const { result } = await solver.solve(problem)
      expect(check('output', result)).toBeNull()
      expect(JSON.parse(JSON.stringify(result))).toEqual(result)
    }
  })
})
