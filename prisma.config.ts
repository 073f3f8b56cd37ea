import { defineConfig } from 'prisma/config'

// Migrations are plain SQL, applied by platform/src/migrations.ts; Prisma's CLI only generates the client.
export default defineConfig({ schema: 'prisma', migrations: { path: 'prisma/migrations' } })
