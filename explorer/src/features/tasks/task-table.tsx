import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react'
import { Link } from 'react-router'
import type { TaskRowFragment, Verdict } from '../../generated/graphql.ts'
import { ProgressBar } from '../../ui/meter.tsx'
import { TaskStateBadge } from '../../ui/task-state-badge.tsx'
import { TimeAgo } from '../../ui/time.tsx'
import { duration } from '../../ui/words/numbers.ts'
import { isInWork } from '../../ui/words/task-state.ts'
import { taskPath } from '../../url.ts'
import { verdictWords } from './words.ts'

const cell = 'px-5 py-3.5 align-middle'

/** Tasks, the newest first. Each row's link is the task's type. */
export const TaskTable = ({ tasks }: { tasks: TaskRowFragment[] }) => (
  <div className="scrollbar-thin overflow-x-auto">
    <table className="w-full text-sm" data-testid="task-list">
      <caption className="sr-only">Tasks, the newest first</caption>
      <thead className="border-b bg-muted/50 text-left text-xs text-muted-foreground">
        <tr>
          <th scope="col" className="px-5 py-2.5 font-medium">
            Task
          </th>
          <th scope="col" className="px-5 py-2.5 font-medium">
            State
          </th>
          <th scope="col" className="hidden px-5 py-2.5 font-medium md:table-cell">
            Agent
          </th>
          <th scope="col" className="px-5 py-2.5 text-right font-medium">
            Submitted
          </th>
        </tr>
      </thead>
      <tbody className="divide-y">
        {tasks.map((task) => (
          <TaskTableRow key={task.id} task={task} />
        ))}
      </tbody>
    </table>
  </div>
)

const TaskTableRow = ({ task }: { task: TaskRowFragment }) => (
  <tr data-testid="task-row" data-task-id={task.id} className="relative hover:bg-muted/40">
    <td className={cell}>
      {/* The link covers its row, so that the whole of it can be clicked. */}
      <Link to={taskPath(task.id)} className="font-medium after:absolute after:inset-0">
        {task.type}
      </Link>
      <div className="mt-0.5 font-mono text-xs text-muted-foreground">{shortId(task.id)}</div>
    </td>
    <td className={cell}>
      <div className="flex items-center gap-2">
        <TaskStateBadge state={task.state} />
        {task.compliance && <VerdictIcon verdict={task.compliance.verdict} />}
      </div>
      {isInWork(task.state) && task.progress !== null && (
        <ProgressBar label="Progress" value={task.progress} className="mt-2 w-32" />
      )}
      {task.error && (
        <div className="mt-1 line-clamp-2 max-w-72 text-xs text-muted-foreground">{task.error.message}</div>
      )}
    </td>
    <td className={`${cell} hidden whitespace-nowrap text-muted-foreground md:table-cell`}>
      {task.agent?.name ?? '—'}
      {task.attempts > 1 && (
        <div className="text-xs">
          attempt {task.attempts} of {task.maxAttempts}
        </div>
      )}
    </td>
    <td className={`${cell} text-right text-muted-foreground`}>
      <TimeAgo at={task.createdAt} />
      {task.completedAt && (
        <div className="tabular text-xs whitespace-nowrap">
          took {duration(Date.parse(task.completedAt) - Date.parse(task.createdAt))}
        </div>
      )}
    </td>
  </tr>
)

const verdictIcons = { COMPLIANT: ShieldCheck, VIOLATION: ShieldAlert, NEEDS_REVIEW: ShieldQuestion }
const verdictColors = { COMPLIANT: 'text-success', VIOLATION: 'text-danger', NEEDS_REVIEW: 'text-warning' }

const VerdictIcon = ({ verdict }: { verdict: Verdict }) => {
  const Icon = verdictIcons[verdict]
  return (
    <span title={verdictWords[verdict].label} className={verdictColors[verdict]}>
      <Icon aria-hidden className="size-4" />
      <span className="sr-only">{verdictWords[verdict].label}</span>
    </span>
  )
}

/** Enough of a UUID for an eye to tell two tasks apart. */
const shortId = (id: string): string => id.slice(0, 8)
