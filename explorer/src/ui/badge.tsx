import type { ComponentProps } from 'react'
import { cn } from './cn.ts'

/** What a colour means everywhere in the explorer; the words beside it always say it too. */
export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger' | 'accent' | 'value'

const tones: Record<Tone, string> = {
  neutral: 'bg-muted text-muted-foreground',
  info: 'bg-info-soft text-info',
  success: 'bg-success-soft text-success',
  warning: 'bg-warning-soft text-warning',
  danger: 'bg-danger-soft text-danger',
  accent: 'bg-accent text-accent-foreground',
  value: 'bg-value-soft text-value',
}

type BadgeProps = ComponentProps<'span'> & { tone?: Tone }

export const Badge = ({ tone = 'neutral', className, ...rest }: BadgeProps) => (
  <span
    className={cn(
      'inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3.5',
      tones[tone],
      className,
    )}
    {...rest}
  />
)
