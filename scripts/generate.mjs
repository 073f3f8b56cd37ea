// Generates what is not in git: the Prisma client, the API schema, typed resolvers and typed documents.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs one local tool and ends this process with its code where it fails. */
const run = (name, args, env = {}) => {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  if (status !== 0) {
    console.error(`generate: ${name} failed`)
    process.exit(status ?? 1)
  }
}

// Prisma looks for a schema engine that generating does not need, and would download it: any existing file will do.
run('prisma generate', ['node_modules/prisma/build/index.js', 'generate'], {
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
})
run('the supergraph', ['--import', 'tsx', 'scripts/supergraph.ts', '--api'])
run('codegen', ['node_modules/@graphql-codegen/cli/esm/bin.js', '--config', 'codegen.ts', '--silent'])
