import { createServer } from 'node:http'

/** Answers GET /health/live, and GET /health/ready with 200 once it is registered and 503 before. Throws what to do where it cannot listen. */
export const serveHealth = (port: number, isReady: () => boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer(({ method, url }, response) => {
      const answer = (status: number, text: string): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ status: text }))
      }
      if (method === 'GET' && url === '/health/live') return answer(200, 'live')
      if (method === 'GET' && url === '/health/ready') return isReady() ? answer(200, 'ready') : answer(503, 'starting')
      return answer(404, 'not found')
    })
    server.once('error', (error) => reject(new Error(remedyOf(error, port), { cause: error })))
    server.listen(port, resolve)
  })

const remedyOf = (error: NodeJS.ErrnoException, port: number): string =>
  error.code === 'EADDRINUSE'
    ? `Port ${port} is taken by another program. Stop it, set PORT to another one, or leave PORT out.`
    : `Port ${port} cannot be listened on (${error.message}). Set PORT to another one, above 1023, or leave PORT out.`
