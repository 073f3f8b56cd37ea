import { Check, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type ThemeChoice, chooseTheme, useThemeChoice } from '../ui/theme.ts'
import { type Person, roleWords } from '../ui/words/roles.ts'

const themes: readonly { choice: ThemeChoice; words: string; Icon: typeof Sun }[] = [
  { choice: 'light', words: 'Light', Icon: Sun },
  { choice: 'dark', words: 'Dark', Icon: Moon },
  { choice: 'system', words: 'As the system', Icon: Monitor },
]

const itemClasses =
  'flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-2 text-sm outline-none data-highlighted:bg-muted [&_svg]:size-4'

/** Who is signed in, the theme, and the way out. */
export const PersonMenu = ({ person, onSignOut }: { person: Person; onSignOut: () => void }) => {
  const theme = useThemeChoice()
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        data-testid="person-menu"
        className="flex items-center gap-2.5 rounded-lg px-1.5 py-1 text-left hover:bg-muted data-[state=open]:bg-muted"
      >
        <span
          aria-hidden
          className="grid size-8 place-items-center rounded-full bg-accent text-sm font-semibold text-accent-foreground uppercase"
        >
          {person.name.slice(0, 1)}
        </span>
        <span className="text-sm leading-tight max-sm:sr-only">
          <span className="block max-w-40 truncate font-medium">{person.name}</span>
          <span className="block text-xs text-muted-foreground">{roleWords[person.role]}</span>
        </span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="z-50 w-56 rounded-xl border bg-card p-1.5 shadow-float"
        >
          <DropdownMenu.Label className="px-2.5 pt-1.5 pb-1 text-xs text-muted-foreground">
            Appearance
          </DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={theme} onValueChange={(choice) => chooseTheme(choice as ThemeChoice)}>
            {themes.map(({ choice, words, Icon }) => (
              <DropdownMenu.RadioItem key={choice} value={choice} className={itemClasses}>
                <Icon aria-hidden /> {words}
                <DropdownMenu.ItemIndicator className="ml-auto">
                  <Check aria-hidden />
                </DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-1.5 h-px bg-border" />
          <DropdownMenu.Item className={itemClasses} onSelect={onSignOut}>
            <LogOut aria-hidden /> Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
