import { StartError } from '@mothership/platform/environment'
import { describe, expect, it } from 'vitest'
import { parseGatewayEnvironment } from '../src/environment.ts'

const SECRET = 'x'.repeat(32)
const URLS = {
  ONTOLOGY_URL: 'http://ontology:4001/graphql',
  DIRECTIVE_URL: 'http://directive:4002/graphql',
  TASK_URL: 'http://task:4003/graphql',
  AGENT_URL: 'http://agent:4004/graphql',
}

describe('the environment of the gateway', () => {
  it('needs nothing: embedded, on this machine alone', () => {
    expect(parseGatewayEnvironment({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      topology: { mode: 'embedded' },
      tokenSeconds: 600,
    })
  })

  it('is distributed where the addresses of the subgraphs are set', () => {
    const environment = parseGatewayEnvironment({
      ...URLS,
      DATABASE_URL: 'postgresql://db/mothership',
      REDIS_URL: 'redis://redis:6379',
      MOTHERSHIP_IDENTITY_SECRET: SECRET,
    })
    expect(environment.topology).toEqual({
      mode: 'distributed',
      identitySecret: SECRET,
      urls: { ontology: URLS.ONTOLOGY_URL, directive: URLS.DIRECTIVE_URL, task: URLS.TASK_URL, agent: URLS.AGENT_URL },
    })
    expect(environment.host).toBe('0.0.0.0')
  })

  it('lists all that is missing where only some addresses are set', () => {
    const parse = (): unknown => parseGatewayEnvironment({ ONTOLOGY_URL: URLS.ONTOLOGY_URL })
    expect(parse).toThrow(StartError)
    expect(parse).toThrow(/DIRECTIVE_URL, TASK_URL, AGENT_URL, DATABASE_URL, REDIS_URL, MOTHERSHIP_IDENTITY_SECRET/)
  })

  it('lists all that is wrong, and shows no secret', () => {
    const parse = (): unknown =>
      parseGatewayEnvironment({ PORT: '99999', MOTHERSHIP_ADMIN_PASSWORD: 'short', LOG_LEVEL: 'loud' })
    expect(parse).toThrow(/PORT: must be 0 to 65535; MOTHERSHIP_ADMIN_PASSWORD: must have at least 8.*; LOG_LEVEL/)
    expect(parse).not.toThrow(/short/)
  })

  it('trusts the proxies that it is told of, and none by itself', () => {
    const trusted = (MOTHERSHIP_TRUSTED_PROXIES: string) =>
      parseGatewayEnvironment({ MOTHERSHIP_TRUSTED_PROXIES }).trustedProxies
    expect(trusted('')).toEqual([])
    expect(trusted('10.0.0.7, 10.244.0.0/16,fd00::/8, uniquelocal')).toEqual([
      '10.0.0.7',
      '10.244.0.0/16',
      'fd00::/8',
      'uniquelocal',
    ])
    for (const wrong of ['1', 'true', 'ingress', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/8/8', '10.0.0.7,', '*']) {
      expect(() => trusted(wrong)).toThrow(/MOTHERSHIP_TRUSTED_PROXIES: must be addresses or networks such as/)
    }
  })

  it('takes an empty variable for one that is not set', () => {
    expect(parseGatewayEnvironment({ PORT: '', DATABASE_URL: '' }).port).toBe(4000)
  })
})
