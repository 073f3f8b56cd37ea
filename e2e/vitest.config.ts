import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../vitest.config.ts'

const { include: _unit, ...test } = base.test ?? {}

// Each story starts a whole system: one after the other, on a machine of two cores.
export default mergeConfig(
  defineConfig({ ...base, test }),
  defineConfig({
    test: { include: ['e2e/**/*.test.ts'], fileParallelism: false, testTimeout: 60_000, hookTimeout: 180_000 },
  }),
)
