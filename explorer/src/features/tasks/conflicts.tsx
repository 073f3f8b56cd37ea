import type { DirectivePartsFragment } from '../../generated/graphql.ts'
import { TextLink } from '../../ui/text-link.tsx'
import { graphPath } from '../../url.ts'

/** Two MUSTs that contradict each other: a person decides, and a curator mends the graph. */
export const Conflicts = ({ conflicts }: { conflicts: DirectivePartsFragment['conflicts'] }) => {
  if (conflicts.length === 0) return null
  return (
    <ul className="mb-4 space-y-2" data-testid="conflicts" aria-label="Contradictions">
      {conflicts.map(({ belief, with: other, reason }) => (
        <li key={belief.id + other.id} className="rounded-xl border border-warning/30 bg-warning-soft p-4 text-sm">
          <TextLink to={graphPath({ node: belief.id })}>{belief.name}</TextLink>
          <span className="font-medium text-warning"> contradicts </span>
          <TextLink to={graphPath({ node: other.id })}>{other.name}</TextLink>
          <p className="mt-1">{reason}</p>
        </li>
      ))}
    </ul>
  )
}
