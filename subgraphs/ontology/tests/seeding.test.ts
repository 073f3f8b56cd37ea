import { testLogger } from '@mothership/platform/testing'
import { expect, it } from 'vitest'
import { startSeeding } from '../src/starter.ts'
import { eventually } from './support.ts'

it('a seeding that fails keeps the reason out of its status, and is tried again until it is done', async () => {
  let attempts = 0
  let isMended = false
  const seeding = startSeeding(async () => {
    attempts++
    if (!isMended) throw new Error('connection to db.internal as curator failed')
  }, testLogger)
  // The second attempt begins after the first has failed.
  await eventually(async () => attempts > 1)
  expect(seeding.status()).toBe('seeding')
  isMended = true
  await eventually(async () => seeding.status() === null)
  await seeding.dispose()
}, 60_000)
