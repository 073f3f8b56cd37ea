import { serveSubgraph } from '@mothership/platform/serve'
import { ontologySubgraph } from './subgraph.ts'

await serveSubgraph(ontologySubgraph)
