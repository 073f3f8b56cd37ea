import type { Core, EventObject } from 'cytoscape'

/** Tells of taps: a node's id, or null for the background. What is selected is decided outside, by the address. */
export const controlSelect = (cy: Core, onSelect: (id: string | null) => void): (() => void) => {
  const onTap = ({ target }: EventObject): void => {
    if (target === cy) onSelect(null)
    else if (target.isNode()) onSelect(target.id())
  }
  cy.on('tap', onTap)
  return () => void cy.removeListener('tap', onTap)
}

/** Marks that node and what it is tied to; brings it into view only where it is not in view. */
export const showSelected = (cy: Core, id: string | null): void => {
  cy.batch(() => {
    cy.elements().removeClass('selected near dimmed')
    if (id === null) return
    const node = cy.getElementById(id)
    if (node.empty()) return
    const near = node.closedNeighborhood()
    node.addClass('selected')
    near.addClass('near')
    cy.elements().difference(near).addClass('dimmed')
  })
  if (id !== null) bringIntoView(cy, id)
}

const bringIntoView = (cy: Core, id: string): void => {
  const node = cy.getElementById(id)
  if (node.empty()) return
  const { x1, y1, x2, y2 } = node.renderedBoundingBox({})
  const isInView = x1 >= 0 && y1 >= 0 && x2 <= cy.width() && y2 <= cy.height()
  if (isInView) return
  const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  if (isCalm) cy.center(node)
  else cy.animate({ center: { eles: node } }, { duration: 250 })
}
