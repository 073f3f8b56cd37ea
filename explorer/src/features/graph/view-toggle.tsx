import { List, Network } from 'lucide-react'
import { ToggleGroup } from 'radix-ui'

type ViewToggleProps = { shows: 'graph' | 'list'; onChange: (shows: 'graph' | 'list') => void }

const itemClasses =
  'inline-flex h-8 flex-1 items-center justify-center gap-2 rounded-md text-sm font-medium text-muted-foreground data-[state=on]:bg-card data-[state=on]:text-foreground data-[state=on]:shadow-sm'

/** Graph or list, where there is no room for both. */
export const ViewToggle = ({ shows, onChange }: ViewToggleProps) => (
  <ToggleGroup.Root
    type="single"
    aria-label="Show as"
    value={shows}
    onValueChange={(value) => value && onChange(value as 'graph' | 'list')}
    className="mx-4 mt-3 flex gap-1 rounded-lg bg-muted p-1 lg:hidden"
  >
    <ToggleGroup.Item value="graph" className={itemClasses}>
      <Network aria-hidden className="size-4" /> Graph
    </ToggleGroup.Item>
    <ToggleGroup.Item value="list" className={itemClasses}>
      <List aria-hidden className="size-4" /> List
    </ToggleGroup.Item>
  </ToggleGroup.Root>
)
