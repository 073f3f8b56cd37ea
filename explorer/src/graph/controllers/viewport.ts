import type { Core } from 'cytoscape'

const zoomStep = 1.35

/** The canvas follows the size of its place on the page. */
export const controlResize = (cy: Core): (() => void) => {
  const container = cy.container()
  if (!container) return () => undefined
  const observer = new ResizeObserver(() => !cy.destroyed() && cy.resize())
  observer.observe(container)
  return () => observer.disconnect()
}

/** Nearer (`in`) or farther (`out`), about the middle of the canvas. */
export const zoomBy = (cy: Core, direction: 'in' | 'out'): void => {
  const level = cy.zoom() * (direction === 'in' ? zoomStep : 1 / zoomStep)
  cy.zoom({ level, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } })
}

/** All of the graph in view. */
export const fitAll = (cy: Core): void => {
  cy.fit(undefined, 32)
}
