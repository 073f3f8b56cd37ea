import { Progress } from 'radix-ui'
import { cn } from './cn.ts'
import { percent } from './words/numbers.ts'

type ProgressBarProps = { label: string; value: number | null; className?: string }

/** Progress in [0, 1]; null where it is not known yet. */
export const ProgressBar = ({ label, value, className }: ProgressBarProps) => (
  <Progress.Root
    aria-label={label}
    value={value === null ? null : Math.round(value * 100)}
    className={cn('h-1.5 w-full overflow-hidden rounded-full bg-track', className)}
  >
    <Progress.Indicator
      className={cn(
        'h-full rounded-full bg-primary transition-[width] duration-300',
        value === null && 'animate-pulse opacity-30',
      )}
      style={{ width: percent(value ?? 1) }}
    />
  </Progress.Root>
)

type MeterProps = { label: string; value: number; tone?: 'primary' | 'neutral' | 'value'; mark?: number }

const fills = { primary: 'bg-primary', neutral: 'bg-muted-foreground', value: 'bg-value' }

/** A quantity in [0, 1] with its name and its number; `mark` draws a threshold into the track. */
export const Meter = ({ label, value, tone = 'primary', mark }: MeterProps) => (
  <div
    role="meter"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={1}
    aria-valuenow={Number(value.toFixed(3))}
    className="grid grid-cols-[5.5rem_1fr_2.75rem] items-center gap-3 text-sm"
  >
    <span className="text-muted-foreground">{label}</span>
    <span className="relative h-2 rounded-full bg-track">
      <span className={cn('absolute inset-y-0 left-0 rounded-full', fills[tone])} style={{ width: percent(value) }} />
      {mark !== undefined && (
        <span className="absolute -inset-y-1 w-0.5 rounded bg-foreground/60" style={{ left: percent(mark) }} />
      )}
    </span>
    <span className="tabular text-right font-medium">{value.toFixed(2)}</span>
  </div>
)
