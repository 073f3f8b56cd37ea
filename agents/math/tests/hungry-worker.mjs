// The engine, but for the problem "hungry", which takes memory without an end.
import { parentPort } from 'node:worker_threads'

parentPort.on('message', ({ problem }) => {
  if (problem.expression !== 'hungry') return
  for (const taken = []; ;) taken.push(new Array(1_000).fill(taken.length))
})
await import('../src/engine/worker-bootstrap.mjs')
