import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Container } from './container.ts'

interface Compose {
  services: Record<
    string,
    {
      image: string
      command?: string[]
      environment?: Record<string, string>
      ports?: string[]
      healthcheck?: { test: string[] }
    }
  >
}

/** What an operator has to put into .env. */
export const GIVEN: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'postgres1',
  MOTHERSHIP_IDENTITY_SECRET: 'x'.repeat(32),
  MOTHERSHIP_ADMIN_PASSWORD: 'correct-horse',
  MOTHERSHIP_AGENT_SECRET: 'issued',
}

/** Reads docker-compose.yml, with its variables put in. Throws where one is needed and not given. */
export const readCompose = (given: Readonly<Record<string, string>>): Compose => {
  const source = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8')
  const interpolated = source.replaceAll(
    /\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (whole, name?: string, kind?: string, rest = '') => {
      if (name === undefined) return whole === '$$' ? '$' : whole
      const value = given[name] ?? ''
      if (value === '' && kind === '?') throw new Error(`${name}: ${String(rest)}`)
      return value === '' && kind === '-' ? String(rest) : value
    },
  )
  return parse(interpolated, { merge: true }) as Compose
}

/** The containers of our own image. */
export const containersOfCompose = ({ services }: Compose): Container[] =>
  Object.entries(services)
    .filter(([, { command }]) => command?.includes('tsx') ?? false)
    .map(([name, { image, command = [], environment = {}, ports = [], healthcheck }]) => ({
      name,
      host: name,
      image,
      command,
      environment,
      ports: ports.map((port) => Number(port.split(':').at(-1))),
      healthPaths: (healthcheck?.test.join(' ') ?? '').match(/\/health\/\w+/g) ?? [],
    }))

/** The images of all services. */
export const imagesOfCompose = ({ services }: Compose): string[] => Object.values(services).map(({ image }) => image)
