import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../vitest.config.ts'

const { include: _unit, ...test } = base.test ?? {}

/** Stories that are told in one go, so many at a time. Each starts a whole system. */
const stories = (name: string, options: { include: string[]; exclude?: string[]; maxWorkers: number; order: number }) =>
  mergeConfig(
    defineConfig({ ...base, test }),
    defineConfig({
      test: {
        name,
        include: options.include,
        exclude: options.exclude ?? [],
        maxWorkers: options.maxWorkers,
        sequence: { groupOrder: options.order },
        // More than the waits of a story together: what is late is told by the wait for it, by name. A start alone takes a
        // minute on a machine that is slow.
        testTimeout: 300_000,
        hookTimeout: 1_000_000,
      },
    }),
  )

const BAD_LUCK = 'e2e/bad-luck/**/*.test.ts'

export default defineConfig({
  test: {
    projects: [
      stories('stories', { include: ['e2e/**/*.test.ts'], exclude: [BAD_LUCK], maxWorkers: 2, order: 0 }),
      // Alone: what is killed and starts anew has to do its tasks within their budget of time all the same.
      stories('bad luck', { include: [BAD_LUCK], maxWorkers: 1, order: 1 }),
    ],
  },
})
