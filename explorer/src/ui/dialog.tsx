import { X } from 'lucide-react'
import { Dialog as RadixDialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'

type DialogProps = {
  isOpen: boolean
  onClose: () => void
  title: string
  description: string
  children: ReactNode
}

/** A modal dialog: traps the focus, closes on Escape, and gives the focus back. */
export const Dialog = ({ isOpen, onClose, title, description, children }: DialogProps) => (
  <RadixDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
    <RadixDialog.Portal>
      <RadixDialog.Overlay className="fixed inset-0 z-40 bg-black/45 backdrop-blur-[2px]" />
      <RadixDialog.Content className="fixed top-1/2 left-1/2 z-50 w-[min(30rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-card border bg-card p-6 shadow-float">
        <RadixDialog.Title className="pr-8 text-lg font-semibold">{title}</RadixDialog.Title>
        <RadixDialog.Description className="mt-1 text-sm text-muted-foreground">{description}</RadixDialog.Description>
        <div className="mt-5">{children}</div>
        <RadixDialog.Close asChild>
          <Button look="ghost" size="icon" aria-label="Close" className="absolute top-4 right-4">
            <X aria-hidden />
          </Button>
        </RadixDialog.Close>
      </RadixDialog.Content>
    </RadixDialog.Portal>
  </RadixDialog.Root>
)
