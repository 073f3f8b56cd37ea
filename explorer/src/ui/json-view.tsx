import { cn } from './cn.ts'

/** JSON as it is, indented; it takes the focus, so that a keyboard can scroll it. */
export const JsonView = ({ label, value, className }: { label: string; value: unknown; className?: string }) => (
  <pre
    tabIndex={0}
    role="region"
    aria-label={label}
    className={cn(
      'scrollbar-thin max-h-80 overflow-auto rounded-lg border bg-muted/60 p-3 font-mono text-xs leading-relaxed',
      className,
    )}
  >
    {cut(JSON.stringify(value, null, 2) ?? 'null')}
  </pre>
)

const longest = 100_000

/** A browser takes seconds to lay out a megabyte of text; its beginning says what it is. */
const cut = (json: string): string =>
  json.length <= longest
    ? json
    : `${json.slice(0, longest)}\n… ${(json.length - longest).toLocaleString('en')} characters more`
