import { Link, type LinkProps } from 'react-router'
import { cn } from './cn.ts'

/** A link within text: always underlined, so that it does not hang on colour. */
export const TextLink = ({ className, ...rest }: LinkProps) => (
  <Link
    className={cn(
      'rounded font-medium underline decoration-input underline-offset-3 hover:decoration-current',
      className,
    )}
    {...rest}
  />
)
