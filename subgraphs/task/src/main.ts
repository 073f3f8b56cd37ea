import { serveSubgraph } from '@mothership/platform/serve'
import { taskSubgraph } from './subgraph.ts'

await serveSubgraph(taskSubgraph)
