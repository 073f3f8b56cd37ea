import type {
  AnnotationState,
  Belief,
  OntologyGraph,
  Relation,
  RelationDirection,
  Value,
  ValueLink,
} from '../domain/node.ts'
import type { PlacedInput } from './inputs.ts'
import type { Owned, WeightCursor } from './pages.ts'

interface Page {
  readonly owners: readonly string[]
  readonly after: WeightCursor | null
  readonly limit: number
}

/** All that is live at one moment, each list in the order of ids. */
export interface WholeOntology {
  /** The newest revision at that moment; 0: the empty ontology. */
  readonly revision: number
  readonly values: Value[]
  readonly beliefs: Belief[]
  readonly relations: Relation[]
  readonly valueLinks: ValueLink[]
  /** In the order of their subjects. */
  readonly annotations: AnnotationState[]
}

/**
 * Reads of the graph at one moment: now, or a past revision. Each is a constant number of statements. Of a revision that
 * there is not, each throws BadUserInputError with the path `at`.
 */
export interface GraphReads {
  /** By their ids, in any order, deleted ones too. */
  findValues(ids: readonly string[]): Promise<Value[]>
  /** By their ids, in any order, deleted ones too. */
  findBeliefs(ids: readonly string[]): Promise<Belief[]>
  /** The links of each of some beliefs, the heaviest first: at most 50 each. */
  findLinksOfBeliefs(owners: readonly string[]): Promise<Owned<ValueLink>[]>
  /** The links that went when the belief or the value was deleted, the heaviest first: at most 50 each. */
  findFormerLinks(owners: readonly string[]): Promise<Owned<ValueLink>[]>
  /** The unmet dependencies of each of some beliefs, the heaviest first: at most 50 each. */
  findUnmetDependencies(owners: readonly string[]): Promise<Owned<Relation>[]>
  /** A page of the links of each of some values, the heaviest first. */
  findLinkPages(options: Page): Promise<Owned<ValueLink>[]>
  countLinks(owners: readonly string[]): Promise<Owned<{ count: number }>[]>
  /** A page of the relations of each of some beliefs, the heaviest first. */
  findRelationPages(options: Page & { direction: RelationDirection }): Promise<Owned<Relation>[]>
  countRelations(options: {
    owners: readonly string[]
    direction: RelationDirection
  }): Promise<Owned<{ count: number }>[]>
  /** What bears the most on each of some beliefs, at most so many relations of each type. */
  findInputs(options: { owners: readonly string[]; most: number }): Promise<Owned<PlacedInput>[]>
  /** The most important nodes, and the edges among them. */
  overview(limit: number): Promise<OntologyGraph>
  /** All of it, of one snapshot: as large as the ontology is. */
  everything(): Promise<WholeOntology>
}
