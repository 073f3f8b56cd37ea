import type { Core, EventObjectNode } from 'cytoscape'

/** Tells of a double tap on a node: its neighbours are wanted. */
export const controlExpand = (cy: Core, onExpand: (id: string) => void): (() => void) => {
  const onDoubleTap = ({ target }: EventObjectNode): void => onExpand(target.id())
  cy.on('dbltap', 'node', onDoubleTap)
  return () => void cy.off('dbltap', 'node', onDoubleTap)
}
