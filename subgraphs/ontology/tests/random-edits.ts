import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { belief, link, relation, value } from './support.ts'

const place = fc.nat(7)
const weight = fc.double({ min: 0.01, max: 1, noNaN: true })
/** Edits of any kind, of some beliefs and values. */
export const drawnEdits = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('credence' as const), place, credence: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ kind: fc.constant('rename' as const), place }),
    fc.record({
      kind: fc.constant('relate' as const),
      type: fc.constantFrom('SUPPORTS', 'CONTRADICTS', 'REFINES'),
      from: place,
      to: place,
      weight,
    }),
    fc.record({ kind: fc.constant('link' as const), from: place, to: fc.nat(2), weight }),
    fc.record({ kind: fc.constant('unrelate' as const), place: fc.nat(20) }),
    fc.record({ kind: fc.constant('weigh' as const), to: fc.nat(2), weight }),
    fc.record({ kind: fc.constant('replace' as const), place }),
    fc.record({ kind: fc.constant('replaceValue' as const), to: fc.nat(2) }),
  ),
  { minLength: 6, maxLength: 14 },
)
type Drawn = (typeof drawnEdits extends fc.Arbitrary<infer D> ? D : never)[number]

/** Makes changes of what was drawn, and knows what there is: whatever is drawn can be done. */
export const createAuthor = () => {
  const beliefs = Array.from({ length: 8 }, () => belief({ credence: 0.6, taskTypes: ['math.solve'], rule: null }))
  const values = Array.from({ length: 3 }, () => value())
  const edges = new Map<string, { key: string; ends: string[]; remove: Record<string, string> }>()
  const ids = [...beliefs, ...values].map(({ id }) => id)
  const connect = (key: string, edge: { id: string }, ends: string[], remove: Record<string, string>): boolean => {
    if ([...edges.values()].some((known) => known.key === key)) return false
    edges.set(edge.id, { key, ends, remove })
    return true
  }
  const cut = (id: string | undefined): void => {
    for (const [edge, { ends }] of edges) if (ends.includes(id ?? '')) edges.delete(edge)
  }
  const changesOf = (drawn: Drawn): Record<string, unknown>[] => {
    switch (drawn.kind) {
      case 'credence':
        return [{ updateBelief: { id: beliefs[drawn.place]?.id, credence: drawn.credence } }]
      case 'rename':
        return [{ updateBelief: { id: beliefs[drawn.place]?.id, name: `Renamed ${randomUUID()}`, rule: null } }]
      case 'weigh':
        return [{ updateValue: { id: values[drawn.to]?.id, weight: drawn.weight } }]
      case 'relate': {
        const [from, to] = [beliefs[drawn.from], beliefs[drawn.to]]
        if (!from || !to || from === to) return []
        const relateBeliefs = relation(drawn.type, from, to, { weight: drawn.weight, note: 'so it is' })
        const key = `${drawn.type} ${from.id} ${to.id}`
        const isNew = connect(key, relateBeliefs, [from.id, to.id], { unrelateBeliefs: relateBeliefs.id })
        return isNew ? [{ relateBeliefs }] : []
      }
      case 'link': {
        const [from, to] = [beliefs[drawn.from], values[drawn.to]]
        if (!from || !to) return []
        const linkValue = link(from, to, { weight: drawn.weight })
        const isNew = connect(`${from.id} ${to.id}`, linkValue, [from.id, to.id], { unlinkValue: linkValue.id })
        return isNew ? [{ linkValue }] : []
      }
      case 'unrelate': {
        const [id, edge] = [...edges][drawn.place] ?? []
        if (id === undefined || !edge) return []
        edges.delete(id)
        return [edge.remove]
      }
      case 'replace': {
        const [old, fresh] = [beliefs[drawn.place], belief({ credence: 0.3 })]
        cut(old?.id)
        beliefs[drawn.place] = fresh
        ids.push(fresh.id)
        return [{ deleteBelief: old?.id }, { createBelief: fresh }]
      }
      case 'replaceValue': {
        const [old, fresh] = [values[drawn.to], value()]
        cut(old?.id)
        values[drawn.to] = fresh
        ids.push(fresh.id)
        return [{ deleteValue: old?.id }, { createValue: fresh }]
      }
    }
  }
  const first = [
    ...values.map((createValue) => ({ createValue })),
    ...beliefs.map((createBelief) => ({ createBelief })),
  ]
  return { ids, first, changesOf }
}
