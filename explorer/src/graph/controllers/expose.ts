import type { Core } from 'cytoscape'

declare global {
  interface Window {
    /** For browser tests alone: the canvas draws pixels, so a test asks Cytoscape where a node is. Nothing here reads it. */
    __mothership?: { graph?: Core }
  }
}

/** Shows the canvas to browser tests as `window.__mothership.graph`. */
export const exposeToTests = (cy: Core): (() => void) => {
  window.__mothership = { ...window.__mothership, graph: cy }
  return () => {
    if (window.__mothership?.graph === cy) delete window.__mothership.graph
  }
}
