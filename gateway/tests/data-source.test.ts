import { createAnswerSize } from '@mothership/platform/answer-size'
import type { Identity } from '@mothership/platform/identity'
import type { SubgraphClient, SubgraphRequest } from '@mothership/platform/subgraph-client'
import { expect, it } from 'vitest'
import { createDataSource } from '../src/data-source.ts'

it('the fetches of an operation share what its answer may hold, and none is made beyond it', async () => {
  const asked: SubgraphRequest[] = []
  const client = {
    name: 'task',
    execute: async (request: SubgraphRequest) => {
      asked.push(request)
      request.answer?.add(700)
      return { data: { text: 'x' } }
    },
  } as unknown as SubgraphClient
  const identity: Identity = { role: 'VIEWER', subject: 'ada', name: 'Ada' }
  const context = { identity, correlationId: 'c', answer: createAnswerSize(1000) }
  const source = createDataSource(client)
  const fetch = () => source.process({ request: { query: '{ text }' }, context } as never)
  expect(await fetch()).toEqual({ data: { text: 'x' } })
  expect(await fetch()).toEqual({ data: { text: 'x' } })
  await expect(fetch()).rejects.toMatchObject({ extensions: { code: 'QUERY_TOO_COSTLY', limit: 1000 } })
  expect(asked).toHaveLength(2)
})
