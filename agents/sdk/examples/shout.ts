import { Agent, type Assignment, type Work } from '@mothership/agent-sdk'
import { AgentFailure } from '@mothership/agent-sdk/failure'

/** An agent of one's own: it does tasks of type text.shout. */
export class Shout extends Agent {
  name = 'shout'
  version = '1.0.0'
  skills = [
    {
      id: 'text.shout',
      description: 'Says a text louder.',
      inputSchema: { type: 'object', required: ['text'], properties: { text: { type: 'string', maxLength: 1000 } } },
      outputSchema: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
    },
  ]

  async perform({ task }: Assignment, work: Work) {
    await work.plan(['raise', 'compare'])
    const { text } = task.input as { text: string }
    if (text.trim() === '')
      throw new AgentFailure({ code: 'SILENCE', message: 'There is nothing to shout.', retryable: false })
    const loud = text.toUpperCase()
    work.step('raise')
    work.progress(0.5, 'raised')
    work.step('compare')
    work.evidence('length', { before: text.length, after: loud.length })
    return { text: loud }
  }
}

if (process.argv[1] === import.meta.filename) await new Shout().run()
