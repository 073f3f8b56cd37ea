/**
 * The strongly connected components of a graph, each before those that it leads to (Tarjan 1972, iterative so that a
 * long chain cannot exhaust the stack). Nodes are numbers from 0; `successors[n]` are those that n leads to.
 */
export const componentsInOrder = (successors: readonly (readonly number[])[]): number[][] => {
  const count = successors.length
  const order = new Int32Array(count).fill(-1)
  const low = new Int32Array(count)
  const onStack = new Uint8Array(count)
  const open: number[] = []
  const components: number[][] = []
  let visited = 0

  const enter = (node: number): { node: number; next: number } => {
    order[node] = low[node] = visited++
    open.push(node)
    onStack[node] = 1
    return { node, next: 0 }
  }
  const close = (root: number): void => {
    const component: number[] = []
    let node: number
    do {
      node = open.pop() as number
      onStack[node] = 0
      component.push(node)
    } while (node !== root)
    components.push(component)
  }
  for (let root = 0; root < count; root++) {
    if (order[root] !== -1) continue
    const path = [enter(root)]
    for (let at = path.at(-1); at; at = path.at(-1)) {
      const successor = successors[at.node]?.[at.next++]
      if (successor === undefined) {
        path.pop()
        const parent = path.at(-1)
        if (parent) low[parent.node] = Math.min(low[parent.node] as number, low[at.node] as number)
        if (low[at.node] === order[at.node]) close(at.node)
      } else if (order[successor] === -1) {
        path.push(enter(successor))
      } else if (onStack[successor] === 1) {
        low[at.node] = Math.min(low[at.node] as number, order[successor] as number)
      }
    }
  }
  // Tarjan finds a component after all that it leads to.
  return components.reverse()
}
