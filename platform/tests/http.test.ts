import { afterEach, expect, it } from 'vitest'
import { StartError } from '../src/environment.ts'
import { createHttpServer, listen } from '../src/http.ts'
import { createMetrics } from '../src/telemetry.ts'
import { testLogger } from '../src/testing.ts'

const apps: ReturnType<typeof createHttpServer>[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})
const create = () => {
  const app = createHttpServer({ logger: testLogger, metrics: createMetrics(), ready: async () => null })
  apps.push(app)
  return app
}

it.each(['no host', 'nonsense.invalid', '203.0.113.7'])('%s is refused as no address to listen at', async (host) => {
  const refused = await listen(create(), { host, port: 0 }).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(StartError)
  expect((refused as StartError).message).toBe(
    `${host} is no address of this machine. Set HOST to one that is, such as 127.0.0.1, or 0.0.0.0 for all.`,
  )
})

it('a port that is taken is refused with what to do', async () => {
  const port = await listen(create(), { host: '127.0.0.1', port: 0 })
  await expect(listen(create(), { host: '127.0.0.1', port })).rejects.toThrow(
    new StartError(`Port ${port} is taken by another program. Stop it, or set PORT to another one.`),
  )
})

it('serves the metrics of its process in the format of Prometheus', async () => {
  const { statusCode, headers, body } = await create().inject('/metrics')
  expect(statusCode).toBe(200)
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(body).toMatch(/^# TYPE process_cpu_seconds_total counter$/m)
  expect(body).toMatch(/^process_resident_memory_bytes [1-9]\d+$/m)
})
