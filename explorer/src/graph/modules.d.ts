declare module 'cytoscape-fcose' {
  import type { Ext } from 'cytoscape'
  const register: Ext
  export default register
}

declare module 'react-cytoscapejs' {
  import type { Core, ElementDefinition, StylesheetJson } from 'cytoscape'
  import type { Component } from 'react'
  type CytoscapeProps = {
    elements: ElementDefinition[]
    stylesheet: StylesheetJson
    cy: (cy: Core) => void
    className?: string
    minZoom?: number
    maxZoom?: number
    boxSelectionEnabled?: boolean
    autounselectify?: boolean
  }
  export default class CytoscapeComponent extends Component<CytoscapeProps> {}
}
