import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { StartError } from '../src/environment.ts'
import { assertRedis } from '../src/redis.ts'
import { openFoundation } from '../src/runtime.ts'
import { testLogger } from '../src/testing.ts'
import { CLOSED_REDIS, redisUrl } from './fixture/services.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A program that takes connections and never answers. */
const silentServer = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.on('error', () => undefined))
    servers.push(server)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })

describe('a Redis that does not answer at the start', () => {
  it('stops it where nobody listens, in one line without the password', async () => {
    const refused = await assertRedis(CLOSED_REDIS.replace('//', '//user:hunter2@')).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(StartError)
    const { message } = refused as StartError
    expect(message).toMatch(
      /^Redis at 127\.0\.0\.1:1 cannot be reached \(.*ECONNREFUSED.*\)\. Start it, or correct REDIS_URL/,
    )
    expect(message).not.toContain('hunter2')
    expect(message).not.toContain('\n')
  })

  it('stops it where something listens and says nothing', async () => {
    const port = await silentServer()
    await expect(assertRedis(`redis://127.0.0.1:${port}`)).rejects.toThrow(StartError)
  })

  it('stops the foundation before it has made a database', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'mothership-redis-'))
    const folder = join(parent, 'data')
    await expect(openFoundation({ folder, redisUrl: CLOSED_REDIS, logger: testLogger })).rejects.toThrow('REDIS_URL')
    expect(await readdir(parent)).toEqual([])
    await rm(parent, { recursive: true })
  })
})

it.runIf(redisUrl !== undefined)('lets a Redis pass that answers', async () => {
  await assertRedis(redisUrl!)
})
