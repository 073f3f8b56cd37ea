import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import helmet from '@fastify/helmet'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const BUILT = fileURLToPath(new URL('../../explorer/dist', import.meta.url))
const NOT_PAGES = /^\/(graphql|auth|health|metrics|\.well-known|assets)(\/|$|\?)/

/** Serves the explorer; its own addresses (a belief, a task) all answer its one page. */
export const mountExplorer = async (app: FastifyInstance): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        // Cytoscape, KaTeX and Radix place things by style attributes.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'connect-src': ["'self'", 'ws:', 'wss:'],
        'upgrade-insecure-requests': null,
      },
    },
    // Plain HTTP on this machine is how the embedded mode is used; a proxy adds it where there is TLS.
    hsts: false,
  })
  if (!existsSync(BUILT)) {
    app.get('/', async (_request, reply) =>
      reply.type('text/plain').send('The explorer is not built. Run npm start, or npm run build.'),
    )
    return
  }
  await app.register(fastifyStatic, {
    root: BUILT,
    setHeaders: (reply, path) => {
      const isHashed = path.includes('/assets/')
      void reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.setNotFoundHandler((request, reply) => {
    if (request.method === 'GET' && !NOT_PAGES.test(request.url)) return reply.sendFile('index.html')
    return reply
      .status(404)
      .send({ error: { code: 'NOT_FOUND', message: `There is no ${request.method} ${request.url}` } })
  })
}
