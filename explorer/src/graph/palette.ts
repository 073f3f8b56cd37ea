import type { EdgeKind } from './data.ts'

/** Colours as hex: the canvas reads neither CSS variables nor oklch. */
export type Palette = {
  text: string
  textHalo: string
  belief: string
  beliefBorder: string
  defeated: string
  value: string
  valueBorder: string
  selected: string
  edges: Record<EdgeKind, string>
}

export const lightPalette: Palette = {
  text: '#1e2233',
  textHalo: '#fafafc',
  belief: '#6366f1',
  beliefBorder: '#3730a3',
  defeated: '#9ca3af',
  value: '#f5b83d',
  valueBorder: '#92580a',
  selected: '#111827',
  edges: {
    SUPPORTS: '#0f8a6a',
    CONTRADICTS: '#d63a4a',
    REFINES: '#7c5cd6',
    DEPENDS_ON: '#64748b',
    PROMOTES: '#d8a64a',
    DEMOTES: '#b4690e',
  },
}

export const darkPalette: Palette = {
  text: '#e8eaf2',
  textHalo: '#12141d',
  belief: '#818cf8',
  beliefBorder: '#c7d2fe',
  defeated: '#7b8394',
  value: '#f5c451',
  valueBorder: '#fde9b8',
  selected: '#ffffff',
  edges: {
    SUPPORTS: '#34c49b',
    CONTRADICTS: '#fb7185',
    REFINES: '#b4a0f5',
    DEPENDS_ON: '#94a3b8',
    PROMOTES: '#9c7b3b',
    DEMOTES: '#e0913d',
  },
}
