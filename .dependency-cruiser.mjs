/** The import rules of ARCHITECTURE.md. */
const SUBGRAPHS = '(ontology|directive|task|agent)'
/** `module` is there to load a library that is not written as a module. */
const PURE_OF_NODE = ['assert', 'buffer', 'crypto', 'module', 'util', 'vm']
const GENERATED = '/generated/'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'platform-stands-alone',
      comment: 'The platform knows nothing of values, tasks or agents: it imports nothing of ours.',
      severity: 'error',
      from: { path: '^platform/src' },
      to: { path: '^(prisma|subgraphs|gateway|agents|explorer|e2e)/' },
    },
    {
      name: 'subgraph-imports-itself-and-platform',
      comment: 'Subgraphs ask each other through peers. Tests may start a sibling through its subgraph.ts.',
      severity: 'error',
      from: { path: `^subgraphs/${SUBGRAPHS}/src` },
      to: { path: '^(subgraphs|gateway|agents|explorer|e2e)/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'test-starts-siblings-through-subgraph',
      severity: 'error',
      from: { path: `^subgraphs/${SUBGRAPHS}/tests` },
      to: { path: '^subgraphs/', pathNot: ['^subgraphs/$1/', '^subgraphs/[^/]+/src/subgraph.ts$'] },
    },
    {
      name: 'only-stores-touch-the-database',
      comment: 'The Prisma client is imported by store.ts alone, narrowed to its own models; tests may look inside.',
      severity: 'error',
      from: { path: '^(subgraphs|gateway|agents|explorer)/', pathNot: ['/store(\\.ts$|/)', '/tests/'] },
      to: { path: '^prisma/' },
    },
    {
      name: 'resolvers-delegate',
      comment: 'main -> subgraph -> resolvers -> {domain, store, events}.',
      severity: 'error',
      from: { path: `^subgraphs/${SUBGRAPHS}/src/resolvers/` },
      to: { path: `^subgraphs/$1/src/(subgraph|main)\\.ts$` },
    },
    {
      name: 'domain-is-pure',
      comment:
        'No I/O, no GraphQL: the domain imports itself, errors and JSON of the platform, and libraries that compute.',
      severity: 'error',
      from: { path: `^subgraphs/${SUBGRAPHS}/src/domain/` },
      to: {
        path: '^(subgraphs|platform|prisma|gateway)/|node_modules/(@prisma|pg|graphql|@apollo|fastify|ioredis)/',
        pathNot: [
          `^subgraphs/$1/src/domain/`,
          '^platform/src/(errors|json|time|identity|uuid|storable|group-by)\\.ts$',
        ],
      },
    },
    {
      name: 'domain-reaches-nothing',
      comment:
        'Of Node, the domain takes what only computes: hashes, and a sandbox for what may never end. No file, socket or process.',
      severity: 'error',
      from: { path: `^subgraphs/${SUBGRAPHS}/src/domain/` },
      to: { dependencyTypes: ['core'], pathNot: `^(node:)?(${PURE_OF_NODE.join('|')})$` },
    },
    {
      name: 'store-stands-on-domain',
      severity: 'error',
      from: { path: `^subgraphs/${SUBGRAPHS}/src/(store\\.ts|store/)` },
      to: { path: `^subgraphs/$1/src/(resolvers|subgraph\\.ts|main\\.ts|context\\.ts)` },
    },
    {
      name: 'only-embedded-imports-subgraphs',
      severity: 'error',
      from: { path: '^gateway/src', pathNot: '^gateway/src/embedded\\.ts$' },
      to: { path: '^subgraphs/' },
    },
    {
      name: 'subgraphs-open-by-subgraph-ts',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^subgraphs/', pathNot: '^subgraphs/[^/]+/src/subgraph\\.ts$' },
    },
    {
      name: 'agents-and-explorer-over-graphql',
      comment: 'They reach the system over GraphQL alone.',
      severity: 'error',
      from: { path: '^(agents|explorer)/' },
      to: { path: '^(platform|prisma|subgraphs|gateway)/', pathNot: GENERATED },
    },
    {
      name: 'explorer-layers',
      comment: 'app -> features -> {graph, ui, url}',
      severity: 'error',
      from: { path: '^explorer/src/(graph|ui|url)' },
      to: { path: '^explorer/src/(app|features)/' },
    },
    {
      name: 'explorer-features-below-app',
      severity: 'error',
      from: { path: '^explorer/src/features/' },
      to: { path: '^explorer/src/app/' },
    },
    {
      name: 'explorer-features-apart',
      severity: 'error',
      from: { path: '^explorer/src/features/([^/]+)/' },
      to: { path: '^explorer/src/features/', pathNot: '^explorer/src/features/$1/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|^(subgraphs/[^/]+/src|gateway(/src)?|agents/[^/]+/src|explorer/src)/generated/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
