import { SectionCard } from '../../ui/card.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { JsonView } from '../../ui/json-view.tsx'
import { count } from '../../ui/words/numbers.ts'
import { labelOf } from './input-fields.ts'
import { type TraceWords, readTrace } from './read-trace.ts'

/** What the agent did to reach its answer, and what supports it; nothing where it told nothing. */
export const Trace = ({ trace }: { trace: unknown }) => {
  const words = readTrace(trace)
  if (!words) return null
  return (
    <SectionCard id="trace" title="What the agent did">
      {words.steps.length > 0 && <Steps steps={words.steps} />}
      {words.evidence.length > 0 && (
        <>
          <h3 className="mt-4 mb-2 text-sm font-medium">{count(words.evidence.length, 'piece')} of evidence</h3>
          <ul className="space-y-2">
            {words.evidence.map(({ type, data }, index) => (
              <li key={index} data-testid="evidence">
                <Disclosure summary={labelOf(type)}>
                  <JsonView label={`Evidence: ${type}`} value={data} />
                </Disclosure>
              </li>
            ))}
          </ul>
        </>
      )}
      {words.cost && <p className="mt-4 text-xs text-muted-foreground">{words.cost}</p>}
    </SectionCard>
  )
}

const Steps = ({ steps }: { steps: TraceWords['steps'] }) => (
  <ol aria-label="Steps" className="flex flex-wrap gap-x-1.5 gap-y-2 text-sm">
    {steps.map((step, index) => (
      <li key={index} className="flex items-center gap-1.5">
        {index > 0 && (
          <span aria-hidden className="text-muted-foreground">
            →
          </span>
        )}
        <span className="rounded-md bg-muted px-2 py-0.5">{labelOf(step)}</span>
      </li>
    ))}
  </ol>
)
