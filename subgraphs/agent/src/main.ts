import { serveSubgraph } from '@mothership/platform/serve'
import { agentSubgraph } from './subgraph.ts'

await serveSubgraph(agentSubgraph)
