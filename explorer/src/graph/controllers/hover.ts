import type { Core, EventObjectNode } from 'cytoscape'

/** While the pointer is on a node, its name shows however far the view is zoomed out. Lives in Cytoscape alone. */
export const controlHover = (cy: Core): (() => void) => {
  const container = cy.container()
  const onEnter = ({ target }: EventObjectNode): void => {
    target.addClass('hovered')
    if (container) container.style.cursor = 'pointer'
  }
  const onLeave = ({ target }: EventObjectNode): void => {
    target.removeClass('hovered')
    if (container) container.style.cursor = ''
  }
  cy.on('mouseover', 'node', onEnter)
  cy.on('mouseout', 'node', onLeave)
  return () => {
    cy.off('mouseover', 'node', onEnter)
    cy.off('mouseout', 'node', onLeave)
  }
}
