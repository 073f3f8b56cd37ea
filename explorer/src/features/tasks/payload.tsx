import { LockKeyhole } from 'lucide-react'
import { SectionCard } from '../../ui/card.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { ErrorNote, Loading, Skeleton } from '../../ui/feedback.tsx'
import { JsonView } from '../../ui/json-view.tsx'
import { Latex } from '../../ui/latex.tsx'
import { isFinal } from '../../ui/words/task-state.ts'
import { labelOf } from './input-fields.ts'
import { Trace } from './trace.tsx'
import { type ShownTask, useTaskPayload } from './use-task.ts'

/** What was asked and what came back, for those who may see it. */
export const Payload = ({ task }: { task: ShownTask }) => {
  const { payload, isForbidden, error, loading } = useTaskPayload(task)
  if (isForbidden) {
    return (
      <SectionCard id="payload" title="Input and result">
        <p className="flex items-start gap-2.5 text-sm text-muted-foreground">
          <LockKeyhole aria-hidden className="mt-0.5 size-4 shrink-0" />
          Seen by {task.submittedBy}, who submitted the task, and by operators. Its state, directive and verdict are
          open to you.
        </p>
      </SectionCard>
    )
  }
  if (error && !payload) return <ErrorNote error={error} />
  if (!payload && loading) {
    return (
      <Loading what="input and result">
        <Skeleton className="h-40 rounded-card" />
      </Loading>
    )
  }
  return (
    <>
      {payload && payload.result !== null && <Result result={payload.result} />}
      <Trace trace={payload?.trace} />
      <SectionCard id="input" title="Input">
        {payload ? <InputView input={payload.input} /> : <p className="text-sm">There is none.</p>}
        {payload?.result === null && !isFinal(task.state) && (
          <p className="mt-4 text-sm text-muted-foreground">
            The result appears here as soon as the agent hands it in.
          </p>
        )}
      </SectionCard>
    </>
  )
}

const Result = ({ result }: { result: unknown }) => {
  const { latex, answer } = (typeof result === 'object' && result !== null ? result : {}) as Record<string, unknown>
  const hasLatex = typeof latex === 'string' && latex !== ''
  return (
    <SectionCard id="result" title="Result">
      {hasLatex && (
        <div
          tabIndex={0}
          role="group"
          aria-label="Formula"
          className="scrollbar-thin overflow-x-auto rounded-xl bg-muted/60 px-4 py-2 text-center"
        >
          <Latex source={latex} />
        </div>
      )}
      {typeof answer === 'string' && (
        <p data-testid="answer" className="mt-3 font-mono text-sm break-words">
          {answer}
        </p>
      )}
      {hasLatex || typeof answer === 'string' ? (
        <div className="mt-4">
          <Disclosure summary="Result as JSON">
            <JsonView label="Result as JSON" value={result} />
          </Disclosure>
        </div>
      ) : (
        <JsonView label="Result as JSON" value={result} />
      )}
    </SectionCard>
  )
}

/** A flat input reads as a list; anything deeper as the JSON that it is. */
const InputView = ({ input }: { input: unknown }) => {
  const entries = typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.entries(input) : []
  const isFlat =
    entries.length > 0 && entries.every(([, value]) => typeof value !== 'object' && String(value).length <= 2_000)
  if (!isFlat) return <JsonView label="Input as JSON" value={input} />
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
      {entries.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted-foreground">{labelOf(name)}</dt>
          <dd className="font-mono break-words">{String(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
