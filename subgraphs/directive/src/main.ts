import { serveSubgraph } from '@mothership/platform/serve'
import { directiveSubgraph } from './subgraph.ts'

await serveSubgraph(directiveSubgraph)
