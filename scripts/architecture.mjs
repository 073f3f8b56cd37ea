// The import rules of ARCHITECTURE.md, by dependency-cruiser. A run that saw few modules proves nothing and fails.
import { cruise, format } from 'dependency-cruiser'
import config from '../.dependency-cruiser.mjs'

const MIN_MODULES = 50
const FOLDERS = ['platform', 'prisma', 'subgraphs', 'gateway', 'agents', 'explorer/src', 'e2e', 'bench']

const { output } = await cruise(
  FOLDERS,
  { ...config.options, ruleSet: { forbidden: config.forbidden }, validate: true, outputType: 'json' },
  undefined,
  undefined,
)
const result = typeof output === 'string' ? JSON.parse(output) : output
const own = result.modules.filter(({ source }) => FOLDERS.some((folder) => source.startsWith(`${folder}/`)))
if (result.summary.violations.length > 0) console.log((await format(result, { outputType: 'err' })).output)
console.log(`${result.summary.violations.length} import-rule violations over ${own.length} modules`)
const reachesDatabase = result.modules.some(({ dependencies }) =>
  dependencies.some(({ resolved }) => resolved.startsWith('prisma/generated/')),
)
if (!reachesDatabase) {
  console.error('No import of the Prisma client was seen, so the rule on it proves nothing. Run npm run generate.')
  process.exit(1)
}
const domainReachesNode = result.modules.some(
  ({ source, dependencies }) =>
    source.includes('/src/domain/') && dependencies.some(({ dependencyTypes }) => dependencyTypes.includes('core')),
)
if (!domainReachesNode) {
  console.error(
    "No import of Node's own modules was seen in a domain, so the rule on them proves nothing. Mend the rule.",
  )
  process.exit(1)
}
if (own.length <= MIN_MODULES) {
  console.error(`Only ${own.length} modules were seen; more than ${MIN_MODULES} are there. Is TypeScript 6 installed?`)
  process.exit(1)
}
process.exit(result.summary.violations.length > 0 ? 1 : 0)
