import { hash } from 'node:crypto'
import { isUuid } from '@mothership/platform/uuid'
import { UUID_IRI } from './vocabulary.ts'

/** RFC 9562: the namespace of URLs, which has all IRIs here. */
const OF_IRIS = '6ba7b811-9dad-11d1-80b4-00c04fd430c8'
const OF_RELATIONS = '2c7c6f0e-1f0b-5c53-9a55-7c6f35a0a7c1'
const OF_ANNOTATIONS = '5b6e3a52-77c9-5d0e-8f3e-0a2b1de9c4f7'

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')
const NAMESPACES = new Map([OF_IRIS, OF_RELATIONS, OF_ANNOTATIONS].map((uuid) => [uuid, bytesOf(uuid)]))
/** What is hashed, namespace and name: most names are short, and an import has thousands. */
const input = Buffer.alloc(1024)

const inputOf = (namespace: Buffer, name: string): Buffer => {
  // No character has more than 3 bytes for each unit of its length.
  if (namespace.length + name.length * 3 > input.length) return Buffer.concat([namespace, Buffer.from(name)])
  namespace.copy(input)
  return input.subarray(0, namespace.length + input.write(name, namespace.length))
}

/** A UUID of version 5 (RFC 9562, 5.5): the same name gives the same one. */
const uuidOf = (namespace: string, name: string): string => {
  const hex = hash('sha1', inputOf(NAMESPACES.get(namespace) ?? bytesOf(namespace), name), 'hex')
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`
}

/** The id of the thing that an IRI names: an import that is run again meets what it made. */
export const idOfIri = (iri: string): string => {
  const own = iri.startsWith(UUID_IRI) ? iri.slice(UUID_IRI.length) : ''
  return isUuid(own) ? own.toLowerCase() : uuidOf(OF_IRIS, iri)
}

/** The id of what is kept about a resource. */
export const idOfAnnotation = (subject: string): string => uuidOf(OF_ANNOTATIONS, subject)

/** The id of a relation that no file names. */
export const idOfRelation = ({ type, from, to }: { type: string; from: string; to: string }): string =>
  uuidOf(OF_RELATIONS, `${type} ${from} ${to}`)
