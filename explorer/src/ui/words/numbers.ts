/** `0.256` -> `26%`; held within 0 and 100, so that it can be a width. */
export const percent = (fraction: number): string => `${Math.round(Math.min(1, Math.max(0, fraction)) * 100)}%`

/** `0.04` -> `+0.04`, `-0.2` -> `−0.20`: with a sign and a true minus. */
export const signed = (amount: number): string => `${amount < 0 ? '−' : '+'}${Math.abs(amount).toFixed(2)}`

/** `1 task`, `2 tasks`, `1 tasks of …` never. */
export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${amount.toLocaleString('en')} ${amount === 1 ? one : many}`

/** `340 ms`, `1.8 s`, `3 min 5 s`, `2 h 4 min`. */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 1_000) return `${Math.max(0, Math.round(milliseconds))} ms`
  const seconds = milliseconds / 1_000
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1).replace(/\.0$/, '') : Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 days ago`; what lies ahead by a skewed clock is `now`. */
export const timeAgo = (then: Date, now: Date): string => {
  const seconds = Math.floor((now.getTime() - then.getTime()) / 1_000)
  if (seconds < 5) return 'now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`
  return `${count(Math.floor(seconds / 86_400), 'day')} ago`
}
