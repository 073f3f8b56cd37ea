import type { DirectivePartsFragment } from '../../generated/graphql.ts'
import { TextLink } from '../../ui/text-link.tsx'
import { graphPath } from '../../url.ts'

/** Beliefs that were candidates for the directive, and the reason why each was left out. */
export const SuppressedBeliefs = ({ suppressed }: { suppressed: DirectivePartsFragment['suppressed'] }) => (
  <ul className="space-y-2.5 text-sm" data-testid="suppressed">
    {suppressed.map(({ belief, by, reason }) => (
      <li key={belief.id}>
        <TextLink to={graphPath({ node: belief.id })}>{belief.name}</TextLink>
        {by && (
          <span className="text-muted-foreground">
            {' gave way to '}
            <TextLink to={graphPath({ node: by.id })} className="text-foreground">
              {by.name}
            </TextLink>
          </span>
        )}
        <p className="text-xs text-muted-foreground">{reason}</p>
      </li>
    ))}
  </ul>
)
