import { useMutation } from '@apollo/client/react'
import { Ban, Gavel, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { CancelTaskDocument, RetryTaskDocument } from '../../generated/graphql.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/feedback.tsx'
import { type Person, mayOperate } from '../../ui/words/roles.ts'
import { canCancel, canRetry, canReview } from '../../ui/words/task-state.ts'
import { ReviewDialog } from './review-dialog.tsx'
import type { ShownTask } from './use-task.ts'

/** What a person may do with a task in its state. The server has the last word; this offers what makes sense. */
export const TaskActions = ({ task, person }: { task: ShownTask; person: Person }) => {
  const variables = { id: task.id }
  const [cancel, cancelling] = useMutation(CancelTaskDocument, { variables })
  const [retry, retrying] = useMutation(RetryTaskDocument, { variables })
  const [isReviewing, setIsReviewing] = useState(false)
  const isOwn = task.submittedBy === person.id || task.submittedBy === person.name
  const mayAct = isOwn || mayOperate(person.role)
  const error = cancelling.error ?? retrying.error
  if (!mayAct) return null
  return (
    <div className="flex flex-col items-end gap-3">
      <div className="flex gap-2">
        {canReview(task.state) && mayOperate(person.role) && (
          <Button onClick={() => setIsReviewing(true)}>
            <Gavel aria-hidden /> Review
          </Button>
        )}
        {canRetry(task.state) && (
          <Button look="outline" disabled={retrying.loading} onClick={() => void retry().catch(() => undefined)}>
            <RotateCcw aria-hidden /> Retry
          </Button>
        )}
        {canCancel(task.state) && (
          <Button look="danger" disabled={cancelling.loading} onClick={() => void cancel().catch(() => undefined)}>
            <Ban aria-hidden /> Cancel task
          </Button>
        )}
      </div>
      {error && <ErrorNote className="max-w-md" error={error} />}
      <ReviewDialog taskId={task.id} isOpen={isReviewing} onClose={() => setIsReviewing(false)} />
    </div>
  )
}
