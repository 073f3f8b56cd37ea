import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { type ReviewDecision, ReviewTaskDocument } from '../../generated/graphql.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/feedback.tsx'
import { Field, Textarea } from '../../ui/field.tsx'

type ReviewDialogProps = { taskId: string; isOpen: boolean; onClose: () => void }

/** A person decides what no machine could judge, or against what was found: either way with the reason. */
export const ReviewDialog = ({ taskId, isOpen, onClose }: ReviewDialogProps) => {
  const [note, setNote] = useState('')
  const [noteError, setNoteError] = useState<string | null>(null)
  const [review, { loading, error }] = useMutation(ReviewTaskDocument)

  const decide = async (decision: ReviewDecision): Promise<void> => {
    const reason = note.trim()
    if (reason === '') return setNoteError('Say why: it is kept with your decision, for whoever reads the task.')
    setNoteError(null)
    const { data } = await review({ variables: { id: taskId, decision, note: reason || null } }).catch(() => ({
      data: null,
    }))
    if (data) onClose()
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Review this task"
      description="Read the findings on its page first. Your decision and your note are kept with the task."
    >
      <Field label="Note" hint="Why you decide so." error={noteError}>
        {(control) => (
          <Textarea
            {...control}
            rows={4}
            maxLength={2_000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      {error && <ErrorNote className="mt-4" error={error} />}
      <div className="mt-6 flex justify-end gap-2">
        <Button look="danger" disabled={loading} onClick={() => void decide('REJECT')}>
          Reject
        </Button>
        <Button disabled={loading} onClick={() => void decide('APPROVE')}>
          Approve
        </Button>
      </div>
    </Dialog>
  )
}
