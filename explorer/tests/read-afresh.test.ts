import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client'
import { type FormattedExecutionResult, parse } from 'graphql'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isReading, readAfresh } from '../src/ui/read-afresh.ts'

/** A second, which waitFor gives unless it is told, is not enough where the machine is busy. */
const SOON = { timeout: 60_000 }

const QUERY = parse('{ task(id: "1") { id state } }')
const answer = (state: string): FormattedExecutionResult => ({ data: { task: { __typename: 'Task', id: '1', state } } })

/** A server that answers when the test says so, in the order in which it was asked. */
let asked: ((result: FormattedExecutionResult) => void)[]
let client: ApolloClient
beforeEach(() => {
  asked = []
  const headers = { 'content-type': 'application/json' }
  const fetch = () =>
    new Promise<Response>((resolve) => {
      asked.push((result) => resolve(new Response(JSON.stringify(result), { headers })))
    })
  client = new ApolloClient({
    link: new HttpLink({ uri: 'http://localhost/graphql', fetch }),
    cache: new InMemoryCache(),
  })
})
afterEach(() => client.stop())

const open = () => {
  const query = client.watchQuery({ query: QUERY })
  const states: unknown[] = []
  const subscription = query.subscribe(({ data }) => {
    const { task } = (data ?? {}) as { task?: { state: string } }
    if (task) states.push(task.state)
  })
  return { query, states, subscription }
}
const update = (state: string) => client.cache.modify({ id: 'Task:1', fields: { state: () => state } })

describe('reading a query afresh', () => {
  it('asks once more after an answer that was on its way, so that the past does not stay', async () => {
    const { query, states } = open()
    await vi.waitFor(() => expect(asked).toHaveLength(1), SOON)
    expect(isReading(query)).toBe(true)
    const done = Promise.all([readAfresh(query), readAfresh(query)])
    asked[0]?.(answer('RUNNING'))
    await vi.waitFor(() => expect(asked).toHaveLength(2), SOON)
    asked[1]?.(answer('COMPLETED'))
    await done
    expect(states.at(-1)).toBe('COMPLETED')
    expect(asked).toHaveLength(2)
  })

  it('asks at once where nothing is on its way', async () => {
    const { query, states } = open()
    await vi.waitFor(() => expect(asked).toHaveLength(1), SOON)
    asked[0]?.(answer('RUNNING'))
    await vi.waitFor(() => expect(isReading(query)).toBe(false), SOON)
    update('VALIDATING')
    const done = readAfresh(query)
    await vi.waitFor(() => expect(asked).toHaveLength(2), SOON)
    asked[1]?.(answer('COMPLETED'))
    await done
    expect(states.at(-1)).toBe('COMPLETED')
  })

  it('leaves a failure to the query, and can be asked again after it', async () => {
    const { query, states } = open()
    await vi.waitFor(() => expect(asked).toHaveLength(1), SOON)
    asked[0]?.(answer('RUNNING'))
    await vi.waitFor(() => expect(isReading(query)).toBe(false), SOON)
    const failing = readAfresh(query)
    await vi.waitFor(() => expect(asked).toHaveLength(2), SOON)
    asked[1]?.({ errors: [{ message: 'not now' }] })
    await failing
    const done = readAfresh(query)
    await vi.waitFor(() => expect(asked).toHaveLength(3), SOON)
    asked[2]?.(answer('COMPLETED'))
    await done
    expect(states.at(-1)).toBe('COMPLETED')
  })
})
