import { connect, createServer, type Socket } from 'node:net'

/** Stands between a client and the mothership, so that a test can cut the line. */
export interface Line {
  readonly base: string
  /** Drops every connection that goes through it; new ones are taken. */
  cut(): void
  dispose(): Promise<void>
}

export const openLine = async (target: string): Promise<Line> => {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the line has no port')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    base: `http://127.0.0.1:${address.port}`,
    cut,
    dispose: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cut()
      }),
  }
}
