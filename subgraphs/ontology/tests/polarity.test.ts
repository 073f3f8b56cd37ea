import { describe, expect, it } from 'vitest'
import { oppositionOf } from '../src/domain/polarity.ts'

describe('two texts', () => {
  it.each([
    ['Share personal data with partners', 'Do not share personal data with partners'],
    ['Always share personal data with partners', 'Never share personal data with partners'],
    ['Answers are given with their sources', 'Answers are given without sources'],
    ['Show every step of a calculation', "Don't show the steps of a calculation"],
    ['Use automation where possible', 'Avoid automation where possible; use people'],
    ['Agents may use external tools', 'Agents must not use any external tools'],
    ['Nobody reads the logs of a customer', 'Support reads the logs of a customer'],
    ['Logs are kept for a year', 'Logs are deleted after a year'],
    ['Reading a file is allowed', 'Reading files is forbidden'],
    ['Heavy computation waits for the night', 'Heavy computation doesn’t wait for the night'],
    ['Publish results fast', 'Publish the results slowly'],
    ['Ask the person rather than guess the answer', 'Guess the answer'],
    ['Store no data without consent', 'Store data without consent'],
    ['Include names in reports', 'Names are omitted in a report'],
    ['A rule. Costs are never shown to a client.', 'Another rule. Costs are shown to clients.'],
  ])('oppose each other: "%s" and "%s"', (one, other) => {
    expect(oppositionOf(one, other)).not.toBeNull()
    expect(oppositionOf(other, one)).not.toBeNull()
  })

  it.each([
    ['Share personal data with partners', 'Share personal data with partners'],
    ['Never share personal data', 'Do not share personal data'],
    ['Do not deceive people', 'Tell the truth to people'],
    ['A guess is never sent as an answer', 'An answer is written for the person who asked'],
    ['Do not share data without consent', 'Share data with consent'],
    ['Forbid access to secrets', 'Do not allow access to public records'],
    ['Use no more than ten tokens', 'Use ten tokens'],
    ['Not only experts can read answers', 'Experts can read answers'],
    ['Encrypt data at rest', 'Never send a password by mail'],
    ['Answers are checked', 'Answers are not checked when the budget of time is used up by other work'],
    ['Delete data that is not needed', 'Keep data that is needed'],
    ['Machines decide rather than people', 'Machines decide'],
    ['Never', 'Always'],
    ['', 'Do not share data'],
    ['不要 共享 数据', '共享 数据'],
  ])('do not: "%s" and "%s"', (one, other) => {
    expect(oppositionOf(one, other)).toBeNull()
    expect(oppositionOf(other, one)).toBeNull()
  })

  it('are quoted where they oppose each other, shortened', () => {
    expect(
      oppositionOf('On costs. Costs are never shown to clients.', 'Costs are shown to clients. That is fair.'),
    ).toEqual({
      one: 'Costs are never shown to clients',
      other: 'Costs are shown to clients',
    })
    const long = `${'Costs '.repeat(100)}are shown`
    expect(oppositionOf(`${long} to clients`, `Costs are not shown to clients`)?.one).toHaveLength(200)
  })

  it('are compared in no time, however long they are', () => {
    const text = 'Data is not shared, nor is it sold, rather than kept. '.repeat(200).slice(0, 10_000)
    const began = process.cpuUsage().user
    oppositionOf(text, text.replaceAll('not', 'never'))
    oppositionOf(`x${' '.repeat(9998)}x`, 'a'.repeat(10_000))
    expect((process.cpuUsage().user - began) / 1000).toBeLessThan(500)
  })
})
