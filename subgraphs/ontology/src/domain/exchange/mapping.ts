import { z } from 'zod'
import { faultyInput } from '../parse.ts'
import { RelationType } from '../node.ts'
import { DC, DCT, FOAF, isIri, OWL, RDFS, SCHEMA, SKOS } from './vocabulary.ts'

/** A property of others that becomes a relation between beliefs. */
export interface RelationMapping {
  readonly property: string
  readonly type: RelationType
  /** Whether the relation leads from the object to the subject. */
  readonly inverse: boolean
  readonly weight: number
}

/** How an ontology of others is read. IRIs stand in the order in which they are wanted. */
export interface Mapping {
  readonly languages: readonly string[]
  readonly valueClasses: readonly string[]
  readonly beliefClasses: readonly string[]
  readonly labels: readonly string[]
  readonly descriptions: readonly string[]
  readonly relations: readonly RelationMapping[]
  readonly credence: number
  readonly weight: number
}

const relation = (property: string, type: RelationType, inverse = false): RelationMapping => ({
  property,
  type,
  inverse,
  weight: 1,
})

const bothWays = (property: string): RelationMapping[] => [
  relation(property, RelationType.SUPPORTS),
  relation(property, RelationType.SUPPORTS, true),
]

/** Nothing of others becomes a value unless a class is named: what an organisation cares about is its own to say. */
const DEFAULT_MAPPING: Mapping = {
  languages: ['en'],
  valueClasses: [],
  beliefClasses: [`${SKOS}Concept`, `${RDFS}Class`, `${OWL}Class`, `${OWL}NamedIndividual`],
  labels: [`${SKOS}prefLabel`, `${RDFS}label`, `${DCT}title`, `${DC}title`, `${SCHEMA}name`, `${FOAF}name`],
  descriptions: [
    `${SKOS}definition`,
    `${RDFS}comment`,
    `${DCT}description`,
    `${DC}description`,
    `${SCHEMA}description`,
    `${SKOS}scopeNote`,
  ],
  relations: [
    relation(`${SKOS}broader`, RelationType.REFINES),
    relation(`${SKOS}narrower`, RelationType.REFINES, true),
    relation(`${SKOS}broadMatch`, RelationType.REFINES),
    relation(`${SKOS}narrowMatch`, RelationType.REFINES, true),
    relation(`${RDFS}subClassOf`, RelationType.REFINES),
    relation(`${DCT}requires`, RelationType.DEPENDS_ON),
    ...bothWays(`${SKOS}exactMatch`),
    ...bothWays(`${OWL}equivalentClass`),
    ...bothWays(`${OWL}sameAs`),
  ],
  credence: 0.5,
  weight: 0.5,
}

const MAX_LIST = 100
const MAX_IRI = 2000
const iri = z.string().max(MAX_IRI).refine(isIri, 'must be an absolute IRI')
const iris = z.array(iri).max(MAX_LIST, `must have at most ${MAX_LIST} IRIs`)
const language = z
  .string()
  .regex(/^[a-z]{1,8}(-[a-z0-9]{1,8})*$/i, 'must be a language like "en" or "pt-BR"')
  .transform((tag) => tag.toLowerCase())
const portion = z.number().gt(0, 'must be above 0, and at most 1').lte(1, 'must be above 0, and at most 1')
const mappingSchema = z.object({
  languages: z.array(language).max(20, 'must have at most 20 languages'),
  valueClasses: iris,
  beliefClasses: iris,
  labels: iris,
  descriptions: iris,
  relations: z
    .array(z.object({ property: iri, type: z.enum(RelationType), inverse: z.boolean(), weight: portion }))
    .max(MAX_LIST, `must have at most ${MAX_LIST} properties`),
  credence: z.number().gte(0, 'must be 0 to 1').lte(1, 'must be 0 to 1'),
  weight: portion,
})

/** The mapping that was asked for; what it leaves out keeps its default. Throws BadUserInputError with the path. */
export const parseMapping = (input: object | null): Mapping => {
  const given = Object.entries(input ?? {}).filter(([, field]) => field !== null && field !== undefined)
  const parsed = mappingSchema.partial().safeParse(Object.fromEntries(given))
  if (!parsed.success) {
    throw faultyInput(
      parsed.error.issues.map(({ path, message }) => ({ path: ['mapping', ...path.map(String)].join('.'), message })),
    )
  }
  return { ...DEFAULT_MAPPING, ...parsed.data } as Mapping
}
