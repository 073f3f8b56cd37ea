import { describe, expect, it } from 'vitest'
import { fieldsFor, fieldsOf, labelOf, readInput } from '../src/features/tasks/input-fields.ts'

const schema = {
  type: 'object',
  required: ['operation', 'expression'],
  properties: {
    operation: { type: 'string', enum: ['evaluate', 'limit'] },
    expression: { type: 'string', description: 'Such as x^2' },
    digits: { type: 'integer' },
    tolerance: { type: 'number' },
    isExact: { type: 'boolean' },
    bindings: { type: 'object' },
  },
}
const fields = fieldsOf(schema) ?? []
const valid = { operation: 'limit', expression: 'sin(x)/x' }

describe('fieldsOf', () => {
  it('makes a control of each property', () => {
    expect(fields.map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([
      ['operation', 'choice', true],
      ['expression', 'text', true],
      ['digits', 'integer', false],
      ['tolerance', 'number', false],
      ['isExact', 'boolean', false],
      ['bindings', 'json', false],
    ])
  })

  it.each([null, {}, { type: 'string' }, 'text'])('leaves %j to raw JSON', (other) => {
    expect(fieldsOf(other)).toBeNull()
  })

  it('joins alternatives, and shows a field for the operations that know it', () => {
    const alternatives = [
      {
        properties: { operation: { const: 'solve' }, expression: { type: 'string' } },
        required: ['operation', 'expression'],
      },
      {
        properties: { operation: { const: 'limit' }, expression: { type: 'string' }, point: { type: 'string' } },
        required: ['operation'],
      },
    ]
    const joined = fieldsOf({ type: 'object', oneOf: alternatives }) ?? []
    expect(joined.find(({ name }) => name === 'operation')?.choices).toEqual(['solve', 'limit'])
    const shown = (operation: string) => fieldsFor(joined, { operation }).map(({ name }) => name)
    expect(shown('solve')).toEqual(['operation', 'expression'])
    expect(shown('limit')).toEqual(['operation', 'expression', 'point'])
  })
})

describe('readInput', () => {
  it('leaves out what is empty and reads numbers as numbers', () => {
    expect(readInput(fields, { ...valid, digits: ' 5 ', tolerance: '', bindings: '{"a": 1}' })).toEqual({
      input: { ...valid, digits: 5, bindings: { a: 1 } },
    })
  })

  it('names each field that is missing or malformed, and says what it takes', () => {
    expect(readInput(fields, { operation: 'limit', digits: '2.5', tolerance: 'small', bindings: '{' })).toEqual({
      errors: {
        expression: 'Expression is needed.',
        digits: 'Digits is a whole number.',
        tolerance: 'Tolerance is a number, such as 3.5; “small” is none.',
        bindings: expect.stringMatching(/^This is not JSON: /),
      },
    })
  })
})

it('labels a field by its name', () => {
  expect(labelOf('maxTerms')).toBe('Max terms')
  expect(labelOf('upper_bound')).toBe('Upper bound')
})
