import { buildSubgraphSchema } from '@apollo/subgraph'
import { fieldsWithoutRule } from '@mothership/platform/auth'
import { subgraphSdl } from '@mothership/platform/subgraph'
import { SubgraphName } from '@mothership/platform/subgraph-client'
import { isObjectType, parse } from 'graphql'
import { describe, expect, it } from 'vitest'

const schemaOf = (sdl: string) => buildSubgraphSchema({ typeDefs: parse(sdl) })
const sdlOf = (name: string): string => subgraphSdl(new URL(`../../subgraphs/${name}/schema.graphql`, import.meta.url))

describe('the rules of the four subgraphs', () => {
  it.each(Object.values(SubgraphName))('%s: every type and root field has one', (name) => {
    const schema = schemaOf(sdlOf(name))
    expect(Object.values(schema.getTypeMap()).filter(isObjectType).length).toBeGreaterThan(5)
    expect(fieldsWithoutRule(schema)).toEqual([])
  })

  it('are missed where a field is added without one', () => {
    const sdl = `${sdlOf('task')}\nextend type Query { everything: String }\ntype Leak { secret: String }`
    expect(fieldsWithoutRule(schemaOf(sdl))).toEqual(['Query.everything', 'Leak.secret'])
  })
})
