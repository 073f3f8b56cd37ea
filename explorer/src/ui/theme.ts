import { useSyncExternalStore } from 'react'

/** What a person chose; `system` follows the operating system. `public/theme.js` reads the same key before the first paint. */
export type ThemeChoice = 'system' | 'light' | 'dark'

const storageKey = 'mothership.theme'
const listeners = new Set<() => void>()
const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)')
let choice = readChoice()

function readChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(storageKey)
    return stored === 'light' || stored === 'dark' ? stored : 'system'
  } catch {
    return 'system'
  }
}

const isDark = (): boolean => choice === 'dark' || (choice === 'system' && systemIsDark.matches)

const apply = (): void => {
  document.documentElement.classList.toggle('dark', isDark())
  for (const listener of listeners) listener()
}

systemIsDark.addEventListener('change', apply)

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Keeps the choice for the next visit, where storage is allowed, and applies it at once. */
export const chooseTheme = (next: ThemeChoice): void => {
  choice = next
  try {
    localStorage.setItem(storageKey, next)
  } catch {
    // Storage may be blocked: the choice then lasts as long as the page.
  }
  apply()
}

export const useThemeChoice = (): ThemeChoice => useSyncExternalStore(subscribe, () => choice)

/** Whether the page is dark now: for the canvas, which cannot read CSS variables. */
export const useIsDark = (): boolean => useSyncExternalStore(subscribe, isDark)
