import type { Collection, Core, EventObject, EventObjectNode } from 'cytoscape'

/** Tells of taps: a node's id, or null for the background. What is selected is decided outside, by the address. */
export const controlSelect = (cy: Core, onSelect: (id: string | null) => void): (() => void) => {
  const onTapNode = ({ target }: EventObjectNode): void => onSelect(target.id())
  const onTap = ({ target }: EventObject): void => {
    if (target === cy) onSelect(null)
  }
  cy.on('tap', 'node', onTapNode)
  cy.on('tap', onTap)
  return () => {
    cy.off('tap', 'node', onTapNode)
    cy.removeListener('tap', onTap)
  }
}

/** Marks that node and what it is tied to; brings them into view only where they are not in it. */
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
  // After the frame: the names that now show in full have no size before they are drawn.
  if (id !== null) cy.one('render', () => bringIntoView(cy, id))
}

const bringIntoView = (cy: Core, id: string): void => {
  const node = cy.getElementById(id)
  if (node.empty()) return
  // The details may just have taken a part of the canvas.
  cy.resize()
  const near = node.closedNeighborhood()
  if (isInView(cy, near)) return
  const { w, h } = near.renderedBoundingBox({})
  const hasRoom = w <= cy.width() && h <= cy.height()
  const view = hasRoom ? { center: { eles: near } } : { fit: { eles: near, padding: 24 } }
  const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  cy.stop().animate(view, { duration: isCalm ? 0 : 250 })
}

const isInView = (cy: Core, elements: Collection): boolean => {
  const { x1, y1, x2, y2 } = elements.renderedBoundingBox({})
  return x1 >= 0 && y1 >= 0 && x2 <= cy.width() && y2 <= cy.height()
}
