import { describe, expect, it } from 'vitest'
import { type GraphData, emptyGraph, joinGraphs } from '../src/graph/data.ts'
import { toElements } from '../src/graph/elements.ts'

const honesty = { id: 'v1', name: 'Honesty', weight: 0.9 }
const inForce = { id: 'b1', name: 'A guess is never sent', strength: 0.9, standing: 'IN_FORCE', level: 'MUST' } as const
const defeated = { id: 'b2', name: 'A guess will do', strength: 0.1, standing: 'DEFEATED', level: 'SHOULD' } as const
const contradicts = { id: 'r1', type: 'CONTRADICTS', weight: 0.5, from: { id: 'b1' }, to: { id: 'b2' } } as const
const promotes = { id: 'l1', effect: 'PROMOTES', weight: 1, value: { id: 'v1' }, belief: { id: 'b1' } } as const
const graph: GraphData = {
  values: [honesty],
  beliefs: [inForce, defeated],
  relations: [contradicts],
  valueLinks: [promotes],
}

const dataOf = (of: GraphData, id: string) => toElements(of).find(({ data }) => data.id === id)?.data

describe('toElements', () => {
  it('makes a node of each value and belief, and an edge of each relation and link', () => {
    expect(toElements(graph).map(({ group, data }) => [group, data.id, data['kind']])).toEqual([
      ['nodes', 'v1', 'VALUE'],
      ['nodes', 'b1', 'BELIEF'],
      ['nodes', 'b2', 'BELIEF'],
      ['edges', 'r1', 'CONTRADICTS'],
      ['edges', 'l1', 'PROMOTES'],
    ])
  })

  it('draws a stronger belief larger and less transparent', () => {
    const strong = dataOf(graph, 'b1')
    const weak = dataOf(graph, 'b2')
    expect(strong?.['diameter']).toBeGreaterThan(weak?.['diameter'] as number)
    expect(strong?.['opacity']).toBeGreaterThan(weak?.['opacity'] as number)
    expect(dataOf(graph, 'b2')?.['standing']).toBe('DEFEATED')
  })

  it('points a relation from its source to its target, and a link from the belief to the value', () => {
    expect(dataOf(graph, 'r1')).toMatchObject({ source: 'b1', target: 'b2' })
    expect(dataOf(graph, 'l1')).toMatchObject({ source: 'b1', target: 'v1' })
  })

  it('leaves out an edge whose end is not in the graph, which Cytoscape would throw at', () => {
    const cut = toElements({ ...graph, beliefs: [inForce] })
    expect(cut.map(({ data }) => data.id)).toEqual(['v1', 'b1', 'l1'])
  })

  it('carries no positions: they are the canvas’s', () => {
    for (const element of toElements(graph)) expect(element).not.toHaveProperty('position')
  })

  it('shortens a long name at a word and keeps the whole of it beside', () => {
    const name = 'A request that would hurt someone is declined, and the reason is given'
    const data = dataOf({ ...emptyGraph, beliefs: [{ ...inForce, name }] }, 'b1')
    expect(data?.['label']).toBe('A request that would hurt someone is…')
    expect(data?.['name']).toBe(name)
    expect(dataOf(graph, 'b1')?.['label']).toBe(inForce.name)
  })
})

describe('joinGraphs', () => {
  it('keeps what both hold once, with the first one’s data', () => {
    const stale = { ...inForce, strength: 0.2 }
    const joined = joinGraphs(graph, { ...emptyGraph, beliefs: [stale, { ...defeated, id: 'b3' }] })
    expect(joined.beliefs.map(({ id, strength }) => [id, strength])).toEqual([
      ['b1', 0.9],
      ['b2', 0.1],
      ['b3', 0.1],
    ])
  })

  it('answers the very same list where the other adds nothing, so that nothing is drawn again', () => {
    expect(joinGraphs(graph, { ...emptyGraph, values: [honesty] }).values).toBe(graph.values)
  })
})
