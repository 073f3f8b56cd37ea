/** What a link restores on the graph: the selected node, and the search. */
export type GraphView = { node: string | null; q: string }

/** Reads the graph's part of a query string; what is not there is "nothing selected" and an empty search. */
export const readGraphView = (params: URLSearchParams): GraphView => ({
  node: params.get('node') || null,
  q: params.get('q') ?? '',
})

/** The address of the graph with that view; a plain `/graph` where there is nothing to restore. */
export const graphPath = (view: Partial<GraphView> = {}): string => withQuery('/graph', { node: view.node, q: view.q })

/** The address of the list of tasks, of one state or of all. */
export const tasksPath = (view: { state?: string | null } = {}): string => withQuery('/tasks', { state: view.state })

/** The address of one task's page. */
export const taskPath = (id: string): string => `/tasks/${encodeURIComponent(id)}`

/** The address of the list of agents. */
export const agentsPath = '/agents'

/** The address of the sign-in page, which leads back to `to` afterwards. */
export const signInPath = (to?: string): string =>
  withQuery('/sign-in', { to: to === undefined || to === '/' ? null : to })

/** One of `allowed`, or null: a state that somebody typed into the address bar is not trusted. */
export const oneOf = <T extends string>(allowed: readonly T[], value: string | null): T | null =>
  allowed.find((candidate) => candidate === value) ?? null

/**
 * Where to go after signing in. Only a path of this site: a link such as `/sign-in?to=//evil.example` must not carry
 * a person away who has just signed in.
 */
export const safeReturnPath = (to: string | null): string => {
  if (!to || !to.startsWith('/') || /^\/[/\\]/.test(to) || /[\p{Cc}\\]/u.test(to)) return '/'
  return to.startsWith('/sign-in') ? '/' : to
}

/** The code of a one-time sign-in link, `/sign-in#code=XXXX`; in the fragment, so that no server or proxy logs it. */
export const readSignInCode = (hash: string): string | null =>
  new URLSearchParams(hash.replace(/^#/, '')).get('code') || null

/** `ws://host/graphql` beside `http://host`, `wss:` beside `https:`. */
export const socketUrl = (origin: string): string => `${origin.replace(/^http/, 'ws')}/graphql`

const withQuery = (path: string, entries: Record<string, string | null | undefined>): string => {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(entries)) if (value) query.set(key, value)
  return query.size === 0 ? path : `${path}?${query.toString()}`
}
