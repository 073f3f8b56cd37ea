import { Ban, CheckCircle2, CircleDashed, Clock, FileCheck2, Loader, PauseCircle, Send, XCircle } from 'lucide-react'
import type { ComponentType, SVGProps } from 'react'
import type { TaskState } from '../generated/graphql.ts'
import { Badge } from './badge.tsx'
import { stateWords } from './words/task-state.ts'

const icons: Record<TaskState, ComponentType<SVGProps<SVGSVGElement>>> = {
  SUBMITTED: CircleDashed,
  DIRECTED: FileCheck2,
  ASSIGNED: Send,
  RUNNING: Loader,
  VALIDATING: Clock,
  NEEDS_REVIEW: PauseCircle,
  COMPLETED: CheckCircle2,
  FAILED: XCircle,
  CANCELLED: Ban,
}

/** A task's state: by its word, its icon and its colour. `data-state` is the state's name in the schema. */
export const TaskStateBadge = ({ state, className }: { state: TaskState; className?: string }) => {
  const Icon = icons[state]
  const { label, tone, meaning } = stateWords[state]
  return (
    <Badge tone={tone} title={meaning} data-testid="task-state" data-state={state} className={className}>
      <Icon aria-hidden className={state === 'RUNNING' ? 'animate-spin [animation-duration:2.5s]' : undefined} />
      {label}
    </Badge>
  )
}
