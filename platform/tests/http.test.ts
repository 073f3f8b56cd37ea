import { expect, it } from 'vitest'
import { createHttpServer } from '../src/http.ts'
import { createLogger, createMetrics } from '../src/telemetry.ts'

it('serves the metrics of its process in the format of Prometheus', async () => {
  const logger = createLogger({ name: 'test', level: 'silent' })
  const app = createHttpServer({ logger, metrics: createMetrics(), ready: () => Promise.resolve(null) })
  const { statusCode, headers, body } = await app.inject('/metrics')
  expect(statusCode).toBe(200)
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(body).toMatch(/^# TYPE process_cpu_seconds_total counter$/m)
  expect(body).toMatch(/^process_resident_memory_bytes [1-9]\d+$/m)
  await app.close()
})
