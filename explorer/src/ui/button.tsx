import { type VariantProps, cva } from 'class-variance-authority'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from './cn.ts'

const buttonClasses = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap transition-colors select-none disabled:opacity-55 aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      look: {
        primary: 'bg-primary text-primary-foreground shadow-sm hover:bg-primary-hover',
        outline: 'border border-border bg-card shadow-xs hover:bg-muted',
        ghost: 'hover:bg-muted',
        danger: 'border border-danger/40 bg-card text-danger hover:bg-danger-soft',
      },
      size: {
        small: 'h-8 px-3 text-sm',
        medium: 'h-10 px-4 text-sm',
        icon: 'size-9',
      },
    },
    defaultVariants: { look: 'primary', size: 'medium' },
  },
)

type ButtonProps = ComponentProps<'button'> & VariantProps<typeof buttonClasses> & { asChild?: boolean }

/** A button; with `asChild` its look on another element, such as a link. It submits a form only where it says so. */
export const Button = ({ look, size, asChild = false, className, ...rest }: ButtonProps) => {
  const classes = cn(buttonClasses({ look, size }), className)
  return asChild ? <Slot.Root className={classes} {...rest} /> : <button type="button" className={classes} {...rest} />
}
