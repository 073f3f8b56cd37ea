import type { BeliefDetailsFragment } from '../../generated/graphql.ts'
import { NodeLink } from './node-link.tsx'

/** Says of a belief in force that what it depends on is defeated. */
export const UnmetDependencies = ({ relations }: { relations: BeliefDetailsFragment['unmetDependencies'] }) => {
  if (relations.length === 0) return null
  return (
    <p
      data-testid="unmet-dependencies"
      className="mt-4 rounded-lg bg-warning-soft px-3.5 py-2.5 text-sm text-pretty text-warning"
    >
      In force, but it depends on what is defeated:{' '}
      {relations.map(({ id, to }, place) => (
        <span key={id}>
          {place > 0 && ', '}
          <NodeLink id={to.id} name={to.name} />
        </span>
      ))}
      .
    </p>
  )
}
