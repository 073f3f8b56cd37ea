import { createServer } from 'node:http'

/** Answers GET /health/live, and GET /health/ready with 200 once it is registered and 503 before. */
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
    server.once('error', reject)
    server.listen(port, resolve)
  })
