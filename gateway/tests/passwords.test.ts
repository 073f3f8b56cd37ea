import { describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from '../src/accounts/passwords.ts'

describe('passwords', () => {
  it('are verified against a salted hash', async () => {
    const [first, second] = [await hashPassword('correct-horse'), await hashPassword('correct-horse')]
    expect(first).not.toBe(second)
    expect(first).not.toContain('correct')
    expect(await verifyPassword('correct-horse', first)).toBe(true)
    expect(await verifyPassword('correct-hors', first)).toBe(false)
  })
  it('of an account without one are never right', async () => {
    expect(await verifyPassword('', null)).toBe(false)
    expect(await verifyPassword('anything', null)).toBe(false)
  })
})
