import { FileCheck2 } from 'lucide-react'
import { useState } from 'react'
import type { DirectivePartsFragment } from '../../generated/graphql.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { SectionCard } from '../../ui/card.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { EmptyState } from '../../ui/feedback.tsx'
import { count } from '../../ui/words/numbers.ts'
import { ConstraintItem } from './constraint-item.tsx'
import { checkedConstraints } from './findings.ts'
import { Conflicts } from './conflicts.tsx'
import { SuppressedBeliefs } from './suppressed-beliefs.tsx'
import type { ShownTask } from './use-task.ts'

const shownAtFirst = 12

/** What the agent was told, what the check made of it, and the beliefs and values it comes from. */
export const DirectiveSection = ({ task }: { task: ShownTask }) => {
  const [showsAll, setShowsAll] = useState(false)
  const { directive, compliance } = task
  if (!directive) {
    return (
      <SectionCard id="directive" title="Directive">
        <EmptyState icon={<FileCheck2 />} title="No directive yet" className="py-6">
          It is compiled from the beliefs in force before an agent gets the task.
        </EmptyState>
      </SectionCard>
    )
  }
  const checked = checkedConstraints(directive.constraints, compliance?.findings ?? [])
  const shown = showsAll ? checked : checked.slice(0, shownAtFirst)
  return (
    <SectionCard id="directive" title="Directive" aside={<DirectiveFacts directive={directive} />}>
      <p className="mb-4 text-sm text-muted-foreground">
        {count(directive.constraints.length, 'constraint')}, each from a belief, each belief for the sake of values.
      </p>
      <EngineNotes directive={directive} />
      <Conflicts conflicts={directive.conflicts} />
      <ul className="divide-y border-y">
        {shown.map((each) => (
          <ConstraintItem key={each.constraint.id} {...each} />
        ))}
      </ul>
      {checked.length > shown.length && (
        <Button look="outline" size="small" className="mt-4" onClick={() => setShowsAll(true)}>
          Show all {checked.length} constraints
        </Button>
      )}
      {directive.suppressed.length > 0 && (
        <div className="mt-5">
          <Disclosure summary={`${count(directive.suppressed.length, 'belief')} left out`}>
            <SuppressedBeliefs suppressed={directive.suppressed} />
          </Disclosure>
        </div>
      )}
    </SectionCard>
  )
}

/** What a reader would not see of the constraints: why no model took part, and what was not taken or not looked at. */
const EngineNotes = ({ directive: { engine, mustsCut, shouldsCut } }: { directive: DirectivePartsFragment }) => {
  const notes = [
    ...(engine.reason ? [`Compiled from beliefs alone. ${engine.reason}`] : []),
    ...(engine.dropped > 0 ? [`${count(engine.dropped, 'proposal')} of the language model not taken.`] : []),
    ...(shouldsCut > 0
      ? [`${count(shouldsCut, 'relevant SHOULD')} left out, the least relevant: too many bear on the task.`]
      : []),
    ...(mustsCut > 0
      ? [`${count(mustsCut, 'relevant MUST')} left out, the least relevant: give beliefs the task types they are for.`]
      : []),
  ]
  if (notes.length === 0) return null
  return (
    <ul aria-label="About its making" className="mb-4 space-y-1 text-sm text-muted-foreground">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  )
}

const DirectiveFacts = ({ directive }: { directive: DirectivePartsFragment }) => {
  const { engine, ontologyRevision, status } = directive
  return (
    <div className="flex flex-wrap gap-1.5">
      <Badge>ontology revision {ontologyRevision}</Badge>
      <Badge title="What compiled it">{engine.model ? `${engine.provider} ${engine.model}` : engine.provider}</Badge>
      {status !== 'ACTIVE' && <Badge tone="warning">{status === 'STALE' ? 'stale' : 'superseded'}</Badge>}
    </div>
  )
}
