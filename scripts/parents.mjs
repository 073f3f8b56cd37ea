import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const POLL_MILLISECONDS = 500

/** npm, and the shell that npm runs scripts in, where they started this process: look before anything takes time. */
export const rememberParents = () => {
  if (process.env.npm_lifecycle_event === undefined) return []
  const parent = process.ppid
  const { parent: grandparent, name } = statusOf(parent)
  // A shell that replaces itself leaves npm as the parent, and its own parent is not ours to watch.
  return isShell(name) && grandparent > 1 ? [parent, grandparent] : [parent]
}

/**
 * Ends this process as SIGTERM would when one of its parents is killed: a SIGKILL cannot be passed on, and nobody could
 * stop what went on behind it.
 */
export const endWithParents = (parents) => {
  if (parents.length === 0) return
  const check = () => {
    if (parents.every(isAlive) && process.ppid === parents[0]) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }
  const timer = setInterval(check, POLL_MILLISECONDS)
  timer.unref()
  check()
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** From /proc where there is one: small images have no ps. */
const statusOf = (pid) => {
  if (existsSync('/proc/self/status')) return fromProc(pid)
  const [parent = '', ...name] = ps(pid).split(/\s+/)
  return { parent: Number(parent) || 0, name: name.join(' ') }
}

const fromProc = (pid) => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const field = (name) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? ''
    return { parent: Number(field('PPid')), name: field('Name') }
  } catch {
    return { parent: 0, name: '' }
  }
}

const ps = (pid) => {
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    return execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], options).trim()
  } catch {
    return ''
  }
}
const isShell = (name) => /(^|\/)(ba|da|z|a)?sh$/.test(name)
