import { ChangeKind } from './change.ts'

/** What an edit can change. */
export const Thing = {
  VALUE: 'VALUE',
  BELIEF: 'BELIEF',
  RELATION: 'RELATION',
  LINK: 'LINK',
  ANNOTATION: 'ANNOTATION',
} as const
export type Thing = (typeof Thing)[keyof typeof Thing]

interface KindOfThing {
  /** The kinds of change by which one comes, changes and goes. */
  readonly created: ChangeKind
  readonly changed: ChangeKind
  readonly removed: ChangeKind
  /** The fields of its state, in the order in which a person reads them. */
  readonly fields: readonly string[]
  /** Those fields that hold the id of another thing, without which it cannot be. */
  readonly ends: Readonly<Record<string, Thing>>
  /** The fields that no two live ones of the kind have alike, names whatever their case; none: no matter. */
  readonly unique: readonly string[]
  /** The fields that make up what a person calls it; of an end, its name is meant. */
  readonly label: readonly string[]
}

/** All that is known of the kinds of things, in the order in which they are listed. */
export const THINGS: Readonly<Record<Thing, KindOfThing>> = {
  [Thing.VALUE]: {
    created: ChangeKind.createValue,
    changed: ChangeKind.updateValue,
    removed: ChangeKind.deleteValue,
    fields: ['name', 'description', 'weight'],
    ends: {},
    unique: ['name'],
    label: ['name'],
  },
  [Thing.BELIEF]: {
    created: ChangeKind.createBelief,
    changed: ChangeKind.updateBelief,
    removed: ChangeKind.deleteBelief,
    fields: ['name', 'description', 'credence', 'taskTypes', 'rule', 'level'],
    ends: {},
    unique: ['name'],
    label: ['name'],
  },
  [Thing.RELATION]: {
    created: ChangeKind.relateBeliefs,
    changed: ChangeKind.relateBeliefs,
    removed: ChangeKind.unrelateBeliefs,
    fields: ['type', 'from', 'to', 'weight', 'note'],
    ends: { from: Thing.BELIEF, to: Thing.BELIEF },
    unique: ['type', 'from', 'to'],
    label: ['from', 'type', 'to'],
  },
  [Thing.LINK]: {
    created: ChangeKind.linkValue,
    changed: ChangeKind.linkValue,
    removed: ChangeKind.unlinkValue,
    fields: ['belief', 'value', 'effect', 'weight'],
    ends: { belief: Thing.BELIEF, value: Thing.VALUE },
    unique: ['belief', 'value'],
    label: ['belief', 'effect', 'value'],
  },
  [Thing.ANNOTATION]: {
    created: ChangeKind.annotate,
    changed: ChangeKind.annotate,
    removed: ChangeKind.unannotate,
    fields: ['subject', 'node', 'triples'],
    ends: {},
    unique: ['subject'],
    label: ['subject'],
  },
}

/** The kinds of things, in their order. */
export const ALL_THINGS = Object.keys(THINGS) as Thing[]

/** The kinds of change that a thing of that kind can go through. */
export const kindsOf = (thing: Thing): ChangeKind[] => {
  const { created, changed, removed } = THINGS[thing]
  return [...new Set([created, changed, removed])]
}

const THING_OF = new Map<ChangeKind, Thing>(ALL_THINGS.flatMap((thing) => kindsOf(thing).map((kind) => [kind, thing])))

/** What kind of thing a change of that kind is of. */
export const thingOf = (kind: ChangeKind): Thing => {
  const thing = THING_OF.get(kind)
  if (!thing) throw new Error(`no thing is changed by ${kind}`)
  return thing
}

/** What a person calls a thing of that state; `nameOf` names its ends. */
export const labelOf = (thing: Thing, state: object, nameOf: (id: string) => string): string => {
  const { label, ends } = THINGS[thing]
  const fields = state as Record<string, unknown>
  return label.map((field) => (field in ends ? nameOf(String(fields[field])) : String(fields[field]))).join(' ')
}
