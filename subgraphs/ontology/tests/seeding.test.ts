import { pino } from 'pino'
import { expect, it } from 'vitest'
import { startSeeding } from '../src/starter.ts'
import { eventually } from './support.ts'

it('a seeding that fails tells why in the log alone, and is tried again until it is done', async () => {
  const log: string[] = []
  const logger = pino({}, { write: (line: string) => void log.push(line) })
  let isMended = false
  const seeding = startSeeding(async () => {
    if (!isMended) throw new Error('connection to db.internal as curator failed')
  }, logger)
  await eventually(async () => log.length > 1)
  expect(seeding.status()).toBe('seeding')
  expect(log.join('')).toContain('trying again')
  isMended = true
  await eventually(async () => seeding.status() === null)
  await seeding.dispose()
}, 60_000)
