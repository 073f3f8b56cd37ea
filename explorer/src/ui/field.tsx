import { ChevronDown } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { cn } from './cn.ts'

const controlClasses =
  'w-full rounded-lg border border-input bg-card px-3 text-sm shadow-xs placeholder:text-muted-foreground disabled:opacity-55 aria-invalid:border-danger'

export const Input = ({ className, ...rest }: ComponentProps<'input'>) => (
  <input className={cn(controlClasses, 'h-10', className)} {...rest} />
)

export const Textarea = ({ className, ...rest }: ComponentProps<'textarea'>) => (
  <textarea className={cn(controlClasses, 'min-h-24 py-2 leading-relaxed', className)} {...rest} />
)

/** The browser's own select: every keyboard, screen reader and phone knows it. */
export const Select = ({ className, ...rest }: ComponentProps<'select'>) => (
  <span className="relative block">
    <select className={cn(controlClasses, 'h-10 appearance-none pr-9', className)} {...rest} />
    <ChevronDown aria-hidden className="pointer-events-none absolute top-3 right-3 size-4 text-muted-foreground" />
  </span>
)

/** What a control needs to belong to its field: give all of it to the control. */
export type ControlProps = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true; required?: true }

type FieldProps = {
  label: ReactNode
  hint?: ReactNode
  error?: string | null
  isRequired?: boolean
  className?: string
  children: (control: ControlProps) => ReactNode
}

/** A labelled control with its hint and its error, tied together for assistive technology. */
export const Field = ({ label, hint, error, isRequired = false, className, children }: FieldProps) => {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className={cn('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(error && { 'aria-invalid': true as const }),
        ...(isRequired && { required: true as const }),
      })}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-muted-foreground">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="text-xs font-medium text-danger">
          {error}
        </p>
      )}
    </div>
  )
}
