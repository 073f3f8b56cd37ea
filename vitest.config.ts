import { defineConfig } from 'vitest/config'

export default defineConfig({
  // One copy of graphql: what vite transforms would take its ES modules, and Apollo's packages the CommonJS ones.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['**/tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // A developer's own keys would be spent.
    env: {
      MOTHERSHIP_MODELS: '',
      OPENAI_API_KEY: '',
      ANTHROPIC_API_KEY: '',
      GOOGLE_API_KEY: '',
      COMPATIBLE_BASE_URL: '',
    },
    // Far more than any takes, also of those that wait for several things: a busy machine takes thirty times as long, and
    // only what hangs is ended by it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A worker runs file after file with the modules that it has: to load them anew takes seconds a file. Each file has a
    // database of its own, and leaves nothing behind in what modules hold.
    isolate: false,
    // Of two cores: much of the time is waiting.
    maxWorkers: 3,
  },
})
