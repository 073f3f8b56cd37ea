import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Answer = [status: number, body: unknown]

/**
 * Speaks the sign-in contract of http.md on a real socket: refresh tokens work once, and one that is used again ends
 * its family.
 */
export const startAuthServer = async ({ expiresIn = 600 } = {}) => {
  const families = new Map<string, { live: string | null }>()
  const familyOf = new Map<string, string>()
  const log: string[] = []
  let isDown = false
  let minted = 0

  const issue = (family: string): Answer => {
    const refreshToken = randomUUID()
    familyOf.set(refreshToken, family)
    families.set(family, { live: refreshToken })
    minted += 1
    const claims = { sub: 'u1', name: 'Zoë', role: 'CURATOR', jti: minted }
    const accessToken = `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`
    return [200, { accessToken, refreshToken, expiresIn }]
  }

  const refresh = (token: string): Answer => {
    const family = familyOf.get(token)
    if (!family || families.get(family)?.live !== token) {
      if (family) families.set(family, { live: null })
      return [401, { error: 'refused' }]
    }
    return issue(family)
  }

  const answer = (path: string, body: Record<string, string>): Answer => {
    log.push(path + (body['refreshToken'] ? ' refresh' : ''))
    if (isDown) return [503, { error: 'starting' }]
    if (path === '/auth/logout') {
      families.set(familyOf.get(body['refreshToken'] ?? '') ?? '', { live: null })
      return [204, null]
    }
    if (body['refreshToken']) return refresh(body['refreshToken'])
    const isRight = body['password'] === 'right' || body['signInCode'] === 'once'
    return isRight ? issue(randomUUID()) : [401, { error: 'refused' }]
  }

  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      const [status, body] = answer(request.url ?? '', JSON.parse(text) as Record<string, string>)
      // Time enough for a second refresh to overtake the first, were there no lock.
      setTimeout(() => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(body === null ? undefined : JSON.stringify(body))
      }, 15)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    log,
    refuseAll: () => families.clear(),
    setDown: (down: boolean) => (isDown = down),
    dispose: () => new Promise<void>((done) => server.close(() => done())),
  }
}
