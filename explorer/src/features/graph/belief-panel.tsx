import type { BeliefDetailsFragment } from '../../generated/graphql.ts'
import { Badge } from '../../ui/badge.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { JsonView } from '../../ui/json-view.tsx'
import { Meter } from '../../ui/meter.tsx'
import { ruleInWords } from '../../ui/words/rule.ts'
import { DirectivesOfBelief } from './directives-of-belief.tsx'
import { Explanation } from './explanation.tsx'
import { PanelSection } from './panel-section.tsx'
import { Relations } from './relations.tsx'
import { UnmetDependencies } from './unmet-dependencies.tsx'
import { ValueLinks } from './value-links.tsx'

/** The strength from which a belief is in force: CONTEXT.md, "in force". */
const inForceFrom = 0.5

/** All that the graph knows of one belief. */
export const BeliefPanel = ({ belief }: { belief: BeliefDetailsFragment }) => (
  <article aria-labelledby="node-name">
    <div className="mb-2 flex flex-wrap gap-1.5">
      <Badge tone="accent">Belief</Badge>
      <StandingBadge standing={belief.standing} />
      <Badge tone={belief.level === 'MUST' ? 'info' : 'neutral'}>{belief.level === 'MUST' ? 'Must' : 'Should'}</Badge>
      {belief.deletedAt && <Badge tone="danger">Removed</Badge>}
    </div>
    <h2 id="node-name" data-testid="node-name" className="text-xl font-semibold">
      {belief.name}
    </h2>
    <p className="mt-2 leading-relaxed text-pretty">{belief.description}</p>
    <PanelSection title="Credence and strength">
      <div className="space-y-2.5">
        <Meter label="Credence" value={belief.credence} tone="neutral" mark={inForceFrom} />
        <Meter label="Strength" value={belief.strength} mark={inForceFrom} />
      </div>
      <p className="mt-2.5 text-xs text-muted-foreground">
        Curators gave it its credence; the graph makes a strength of it. From {inForceFrom.toFixed(1)} up it is in
        force.
      </p>
    </PanelSection>
    <UnmetDependencies relations={belief.unmetDependencies} />
    <Explanation belief={belief} />
    <RuleSection belief={belief} />
    <PanelSection title="Task types">
      <p className="text-sm">
        {belief.taskTypes.length === 0
          ? 'Any task that it is relevant to.'
          : belief.taskTypes.map((type) => (
              <code key={type} className="mr-1.5 rounded bg-muted px-1.5 py-0.5 font-mono text-xs">
                {type}
              </code>
            ))}
      </p>
    </PanelSection>
    <ValueLinks links={belief.relatedValues} />
    <Relations belief={belief} />
    <DirectivesOfBelief id={belief.id} />
    <p className="mt-8 text-xs text-muted-foreground">
      Last changed in revision {belief.revision}, {new Date(belief.updatedAt).toLocaleString()}
    </p>
  </article>
)

const StandingBadge = ({ standing }: { standing: BeliefDetailsFragment['standing'] }) => (
  <Badge tone={standing === 'IN_FORCE' ? 'success' : 'warning'} data-testid="standing">
    {standing === 'IN_FORCE' ? 'In force' : 'Defeated'}
  </Badge>
)

const RuleSection = ({ belief }: { belief: BeliefDetailsFragment }) => {
  const words = ruleInWords(belief.rule)
  return (
    <PanelSection title="Rule" testId="rule">
      {!words && <p className="text-sm">No machine-checkable rule: only a judge can apply it.</p>}
      {words && (
        <>
          <p className="rounded-lg bg-muted/70 px-3.5 py-2.5 text-sm font-medium break-words">{words.must}</p>
          <p className="mt-2 mb-3 text-sm text-muted-foreground">
            {words.when}. Where it does not hold, {words.otherwise}.
          </p>
          <Disclosure summary="Rule as JSON">
            <JsonView label="Rule as JSON" value={belief.rule} />
          </Disclosure>
        </>
      )}
    </PanelSection>
  )
}
