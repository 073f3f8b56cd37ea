import type { Core, EdgeSingular, LayoutOptions, NodeCollection } from 'cytoscape'

const widestStretch = 1.7
const closestZoom = 1.1
const goldenAngle = Math.PI * (3 - Math.sqrt(5))

/**
 * Lays out nodes when they arrive, and at no other time: selecting, hovering and changed strengths move nothing. The
 * first nodes get a layout of their own; later ones are put beside what they are tied to, and the rest stays in place.
 */
export const controlLayout = (cy: Core): (() => void) => {
  const placed = new Set<string>()
  let frame = 0

  const layOut = (): void => {
    const added = cy.nodes().filter((node) => !placed.has(node.id()))
    if (added.empty()) return
    const isFirst = placed.size === 0
    const settled = cy.nodes().difference(added)
    if (isFirst) seedSpiral(added)
    else seedBesideNeighbors(added, settled)
    cy.layout(fcose(isFirst ? cy.collection().nodes() : settled)).run()
    for (const node of cy.nodes()) placed.add(node.id())
    if (isFirst) fillCanvas(cy)
  }

  const schedule = (): void => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => !cy.destroyed() && layOut())
  }

  cy.on('add', 'node', schedule)
  if (cy.nodes().nonempty()) schedule()
  return () => {
    cancelAnimationFrame(frame)
    cy.off('add', 'node', schedule)
  }
}

/**
 * The layout is about as wide as high, the canvas is not: stretch it. Then show all of it, or what is selected where a
 * link led to a node.
 */
const fillCanvas = (cy: Core): void => {
  const { w, h } = cy.elements().boundingBox({})
  const ratio = cy.width() / cy.height() / (w / h)
  const x = Math.min(widestStretch, Math.max(1, ratio))
  const y = Math.min(widestStretch, Math.max(1, 1 / ratio))
  cy.nodes().positions((node) => ({ x: node.position('x') * x, y: node.position('y') * y }))
  // What was selected before it had a place may be on its way into view: it is shown here.
  cy.stop(true)
  const near = cy.nodes('.near')
  cy.fit(near.nonempty() ? near : undefined, 32)
  if (cy.zoom() > closestZoom) cy.zoom(closestZoom).center(near)
}

/** A sunflower in the order of the data: the same graph is laid out the same way at each visit. */
const seedSpiral = (nodes: NodeCollection): void => {
  nodes.forEach((node, index) => {
    const radius = 70 * Math.sqrt(index + 1)
    node.position({ x: radius * Math.cos(index * goldenAngle), y: radius * Math.sin(index * goldenAngle) })
  })
}

const seedBesideNeighbors = (added: NodeCollection, settled: NodeCollection): void => {
  const edge = settled.boundingBox({})
  added.forEach((node, index) => {
    const anchor = settled.intersection(node.neighborhood()).nodes().first()
    const center = anchor.nonempty() ? anchor.position() : { x: edge.x2 + 80, y: (edge.y1 + edge.y2) / 2 }
    const angle = index * goldenAngle
    node.position({ x: center.x + 90 * Math.cos(angle), y: center.y + 90 * Math.sin(angle) })
  })
}

const isValueLink = (edge: EdgeSingular): boolean => edge.target().data('kind') === 'VALUE'

const fcose = (fixed: NodeCollection): LayoutOptions => {
  const options = {
    name: 'fcose',
    quality: 'proof',
    randomize: false,
    animate: false,
    fit: false,
    nodeDimensionsIncludeLabels: true,
    // Beliefs that bear on each other stand together; the many links to values pull long and weakly.
    idealEdgeLength: (edge: EdgeSingular) => (isValueLink(edge) ? 190 : 115),
    edgeElasticity: (edge: EdgeSingular) => (isValueLink(edge) ? 0.08 : 0.45),
    nodeRepulsion: 22_000,
    gravity: 0.16,
    numIter: 2_500,
    packComponents: false,
    ...(fixed.nonempty() && {
      fixedNodeConstraint: fixed.map((node) => ({ nodeId: node.id(), position: { ...node.position() } })),
    }),
  }
  return options
}
