import { useMutation } from '@apollo/client/react'
import { PauseCircle, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { type AgentPartsFragment, DrainAgentDocument, RestartAgentDocument } from '../../generated/graphql.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote } from '../../ui/feedback.tsx'
import { canDrain } from './words.ts'

type Action = 'drain' | 'restart'

const words: Record<Action, { title: string; description: string; confirm: string }> = {
  drain: {
    title: 'Drain this agent?',
    description: 'It finishes what it has and takes no new task until it is restarted.',
    confirm: 'Drain',
  },
  restart: {
    title: 'Restart this agent?',
    description: 'It gives back what it cannot finish: those tasks go to another attempt.',
    confirm: 'Restart',
  },
}

/** Drain and restart, for operators; each asks once, for it touches running tasks. */
export const AgentActions = ({ agent }: { agent: AgentPartsFragment }) => {
  const variables = { id: agent.id }
  const [drain, draining] = useMutation(DrainAgentDocument, { variables })
  const [restart, restarting] = useMutation(RestartAgentDocument, { variables })
  const [asked, setAsked] = useState<Action | null>(null)
  const shown = asked ?? 'drain'
  const error = (asked === 'drain' ? draining : restarting).error

  const confirm = async (): Promise<void> => {
    const done = await (asked === 'drain' ? drain() : restart()).catch(() => null)
    if (done?.data) setAsked(null)
  }

  return (
    <div className="mt-5 flex gap-2 border-t pt-4">
      <Button look="outline" size="small" disabled={!canDrain(agent.state)} onClick={() => setAsked('drain')}>
        <PauseCircle aria-hidden /> Drain<span className="sr-only"> {agent.name}</span>
      </Button>
      <Button look="outline" size="small" onClick={() => setAsked('restart')}>
        <RotateCw aria-hidden /> Restart<span className="sr-only"> {agent.name}</span>
      </Button>
      <Dialog
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        title={words[shown].title}
        description={words[shown].description}
      >
        {error && <ErrorNote className="mb-4" error={error} />}
        <div className="flex justify-end gap-2">
          <Button look="outline" onClick={() => setAsked(null)}>
            Keep it as it is
          </Button>
          <Button disabled={draining.loading || restarting.loading} onClick={() => void confirm()}>
            {words[shown].confirm}
          </Button>
        </div>
      </Dialog>
    </div>
  )
}
