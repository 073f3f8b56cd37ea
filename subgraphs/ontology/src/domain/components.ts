/** Lists of numbers, one after the other: those of list n stand from `starts[n]` to before `starts[n + 1]`. */
export interface Lists {
  readonly starts: Int32Array
  readonly items: Int32Array
}

/**
 * The strongly connected components of a graph, each before those that it leads to (Tarjan 1972, iterative so that a
 * long chain cannot exhaust the stack). Nodes are numbers from 0; list n has those that n leads to. Linear in time and
 * memory. The answer's list n has the nodes of component n.
 */
export const componentsInOrder = ({ starts, items }: Lists): Lists => {
  const count = starts.length - 1
  const order = new Int32Array(count).fill(-1)
  const low = new Int32Array(count)
  const onStack = new Uint8Array(count)
  const open = new Int32Array(count)
  const path = new Int32Array(count)
  const next = starts.slice(0, count)
  // Tarjan finds a component after all that it leads to: the answer is filled from its end.
  const members = new Int32Array(count)
  const ends: number[] = []
  let [visited, opened, depth, free] = [0, 0, 0, count]

  const enter = (node: number): void => {
    order[node] = low[node] = visited++
    open[opened++] = path[depth++] = node
    onStack[node] = 1
  }
  const close = (root: number): void => {
    ends.push(free)
    let node: number
    do {
      node = open[--opened] as number
      onStack[node] = 0
      members[--free] = node
    } while (node !== root)
  }
  for (let root = 0; root < count; root++) {
    if (order[root] !== -1) continue
    enter(root)
    while (depth > 0) {
      const node = path[depth - 1] as number
      const at = next[node] as number
      if (at === starts[node + 1]) {
        depth--
        const parent = path[depth - 1] as number
        if (depth > 0 && (low[node] as number) < (low[parent] as number)) low[parent] = low[node] as number
        if (low[node] === order[node]) close(node)
        continue
      }
      next[node] = at + 1
      const successor = items[at] as number
      if (order[successor] === -1) enter(successor)
      else if (onStack[successor] === 1 && (order[successor] as number) < (low[node] as number)) {
        low[node] = order[successor] as number
      }
    }
  }
  return { starts: Int32Array.from([0, ...ends.reverse()]), items: members }
}
