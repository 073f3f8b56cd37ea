import { testLogger } from '@mothership/platform/testing'
import { expect, it, vi } from 'vitest'
import { startSeeding } from '../src/starter.ts'
import { eventually } from './support.ts'

it('a seeding that fails tells why in the log alone, and is tried again until it is done', async () => {
  const logger = testLogger.child({})
  const warn = vi.spyOn(logger, 'warn')
  let isMended = false
  const seeding = startSeeding(async () => {
    if (!isMended) throw new Error('connection to db.internal as curator failed')
  }, logger)
  await eventually(async () => warn.mock.calls.length > 1)
  expect(seeding.status()).toBe('seeding')
  expect(warn).toHaveBeenCalledWith(expect.anything(), expect.stringContaining('trying again'))
  isMended = true
  await eventually(async () => seeding.status() === null)
  await seeding.dispose()
})
