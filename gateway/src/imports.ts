import { BadUserInputError } from '@mothership/platform/errors'
import { BODY_LIMIT } from '@mothership/platform/http'
import { Kind, type OperationDefinitionNode, OperationTypeNode } from 'graphql'

/** How long a subgraph may take for an import: reading a text, its turn at that, and one transaction. */
export const IMPORT_MILLISECONDS = 360_000

/** The most bytes of an export: it is one text, and V8 has none of 512 MB. */
export const EXPORT_LIMIT = 400_000_000

/** Whether an operation is the import of one text, and nothing else. */
export const isImport = (operation: OperationDefinitionNode | undefined): boolean =>
  operation?.operation === OperationTypeNode.MUTATION && isOnly(operation, 'importOntology')

/** Whether an operation is one export, and nothing else. */
export const isExport = (operation: OperationDefinitionNode | undefined): boolean =>
  operation?.operation === OperationTypeNode.QUERY && isOnly(operation, 'exportOntology')

const isOnly = ({ selectionSet }: OperationDefinitionNode, name: string): boolean => {
  const [field, ...others] = selectionSet.selections
  return others.length === 0 && field?.kind === Kind.FIELD && field.name.value === name
}

/** Throws where a large request brings something else than an import: nothing else has a use for so much. */
export const assertLargeOnlyToImport = (operation: OperationDefinitionNode | undefined): void => {
  if (isImport(operation)) return
  throw new BadUserInputError(
    `A request above ${BODY_LIMIT} bytes may only be one importOntology. Make it smaller, or send it in parts.`,
  )
}

/** Throws where the document itself is large: it would be parsed, planned and kept as such. */
export const assertSmallDocument = (document: string | undefined): void => {
  if (document === undefined || document.length <= BODY_LIMIT) return
  throw new BadUserInputError(
    `The document has ${document.length} characters; it may have ${BODY_LIMIT}. Pass the text as a variable.`,
    { path: 'content' },
  )
}
