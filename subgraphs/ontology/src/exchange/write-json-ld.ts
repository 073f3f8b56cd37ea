import type { Resource, Said } from '../domain/exchange/resources.ts'
import { iriOf, literalOf, toTriple } from '../domain/exchange/statements.ts'
import { NS, RDF_TYPE, STATEMENT, XSD } from '../domain/exchange/vocabulary.ts'

const iriTerm = (name: string) => ({ '@id': NS + name, '@type': '@id' })
const textTerm = (name: string) => ({ '@id': NS + name })
const numberTerm = (name: string) => ({ '@id': NS + name, '@type': `${XSD}decimal` })

/** Numbers are texts of the type decimal: JSON-LD would write those of JSON anew, with fewer digits. */
const CONTEXT = {
  '@version': 1.1,
  belief: iriTerm('belief'),
  credence: numberTerm('credence'),
  description: textTerm('description'),
  effect: textTerm('effect'),
  from: iriTerm('from'),
  level: textTerm('level'),
  name: textTerm('name'),
  note: textTerm('note'),
  rule: { '@id': `${NS}rule`, '@type': '@json' },
  taskType: { '@id': `${NS}taskType`, '@container': '@set' },
  to: iriTerm('to'),
  type: textTerm('type'),
  value: iriTerm('value'),
  weight: numberTerm('weight'),
}

/** JSON-LD with its context inside. */
export const writeJsonLd = (resources: readonly Resource[]): string =>
  `${JSON.stringify({ '@context': CONTEXT, '@graph': resources.map(toNode) }, null, 2)}\n`

const toNode = ({ subject, own, kept }: Resource): Record<string, unknown> => {
  const node: Record<string, unknown> = { '@id': subject }
  const types = [...own, ...kept].flatMap(({ predicate, object }) => {
    const iri = predicate === RDF_TYPE ? iriOf(object) : null
    return iri === null ? [] : [iri]
  })
  if (types.length > 0) node['@type'] = types
  for (const said of own) if (said.predicate !== RDF_TYPE) addOwn(node, said)
  for (const { predicate, object } of kept) {
    if (predicate === RDF_TYPE && iriOf(object) !== null) continue
    const [key, value] = isRewritten(object)
      ? [STATEMENT, { '@value': toTriple({ predicate, object }) }]
      : [predicate, toValue(object)]
    addTo(node, key, value)
  }
  return node
}

const addTo = (node: Record<string, unknown>, key: string, value: unknown): void => {
  const known = node[key] as unknown[] | undefined
  if (known) known.push(value)
  else node[key] = [value]
}

const addOwn = (node: Record<string, unknown>, { predicate, object }: Said): void => {
  const name = predicate.slice(NS.length)
  const value = iriOf(object) ?? literalOf(object)?.value ?? ''
  if (name === 'rule') node[name] = JSON.parse(value) as unknown
  else if (name === 'taskType') addTo(node, name, value)
  else node[name] = value
}

/** Readers of JSON-LD write doubles anew; one that is written otherwise must stand in ms:statement to come back. */
const isRewritten = (object: string): boolean => {
  const literal = literalOf(object)
  if (literal?.datatype !== `${XSD}double`) return false
  const canonical = Number.parseFloat(literal.value)
    .toExponential(15)
    .replace(/(\d)0*e\+?/, '$1E')
  return canonical !== literal.value
}

const toValue = (object: string): Record<string, string> => {
  const literal = literalOf(object)
  if (!literal) return { '@id': iriOf(object) ?? '' }
  const { value, language, datatype } = literal
  if (language !== '') return { '@language': language, '@value': value }
  return datatype === `${XSD}string` ? { '@value': value } : { '@type': datatype, '@value': value }
}
