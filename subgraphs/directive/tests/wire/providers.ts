import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bodies, PROTOCOLS, type Protocol } from './protocols.ts'

/** A request as it came over the wire. */
export interface WireRequest {
  readonly protocol: Protocol
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Record<string, unknown>
  /** Everything it says, as text. */
  readonly text: string
}

type Give = (request: WireRequest, response: ServerResponse) => void

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

const valueOf = (value: unknown, request: WireRequest): unknown =>
  typeof value === 'function' ? (value as (request: WireRequest) => unknown)(request) : value

/** What a provider may do. A value may be a function of the request. */
export const gives = {
  /** Answers with a value, in the shape that was asked for. */
  value:
    (value: unknown): Give =>
    (request, response) =>
      json(response, 200, bodies[request.protocol].success(valueOf(value, request))),
  status:
    (status: number, headers: Record<string, string> = {}): Give =>
    ({ protocol }, response) =>
      json(response, status, bodies[protocol].failure(status), headers),
  nothing: (): Give => () => undefined,
  brokenConnection: (): Give => (_request, response) => void response.destroy(),
  /** The body ends in the middle. */
  truncatedBody:
    (value: unknown): Give =>
    (request, response) => {
      const text = JSON.stringify(bodies[request.protocol].success(valueOf(value, request)))
      response.writeHead(200, { 'content-type': 'application/json' }).end(text.slice(0, text.length / 2))
    },
  /** The model wrote until its limit. */
  cutOff:
    (text: string): Give =>
    ({ protocol }, response) =>
      json(response, 200, bodies[protocol].cutOff(text)),
  refusal:
    (): Give =>
    ({ protocol }, response) =>
      json(response, 200, bodies[protocol].refusal()),
  /** Headers at once, and a body that never ends. */
  slowBody: (): Give => (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{')
    const timer = setInterval(() => response.write(' '), 50)
    response.on('close', () => clearInterval(timer))
  },
  /** Answers with a value after a while. */
  late:
    (milliseconds: number, value: unknown): Give =>
    (request, response) =>
      void setTimeout(() => gives.value(value)(request, response), milliseconds),
}

export interface WireProviders {
  /** Base URLs by variable, e.g. to be set in an environment. */
  readonly urls: {
    readonly OPENAI_BASE_URL: string
    readonly ANTHROPIC_BASE_URL: string
    readonly GOOGLE_BASE_URL: string
    readonly COMPATIBLE_BASE_URL: string
  }
  readonly requests: WireRequest[]
  /** What the next requests get, one after the other. */
  next(...given: Give[]): void
  /** What every other request gets. */
  always(given: Give): void
  dispose(): Promise<void>
}

/** A server that speaks the protocols of OpenAI, Anthropic and Google, by script. It records what it is asked. */
export const startProviders = async (): Promise<WireProviders> => {
  const requests: WireRequest[] = []
  let script: Give[] = []
  let otherwise: Give = gives.status(500)
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      const protocol = PROTOCOLS.find((one) => bodies[one].path.test(path))
      if (protocol === undefined || request.method !== 'POST') return json(response, 404, { error: 'no such path' })
      const text = Buffer.concat(chunks).toString()
      const seen = { protocol, path, headers: request.headers, body: JSON.parse(text), text }
      requests.push(seen)
      ;(script.shift() ?? otherwise)(seen, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    urls: {
      OPENAI_BASE_URL: `${url}/v1`,
      ANTHROPIC_BASE_URL: url,
      GOOGLE_BASE_URL: url,
      COMPATIBLE_BASE_URL: `${url}/local/v1`,
    },
    requests,
    next: (...given) => void (script = given),
    always: (given) => {
      script = []
      otherwise = given
    },
    dispose: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
