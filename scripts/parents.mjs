import { execFileSync } from 'node:child_process'

const POLL_MILLISECONDS = 500

/** npm, and the shell that npm runs scripts in, where they started this process: look before anything takes time. */
export const rememberParents = () => {
  if (process.env.npm_lifecycle_event === undefined) return []
  const parent = process.ppid
  const grandparent = parentOf(parent)
  // A shell that replaces itself leaves npm as the parent, and its own parent is not ours to watch.
  return isShell(parent) && grandparent > 1 ? [parent, grandparent] : [parent]
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

const ps = (pid, column) => {
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], options).trim()
  } catch {
    return ''
  }
}
const parentOf = (pid) => Number(ps(pid, 'ppid')) || 0
const isShell = (pid) => /(^|\/)(ba|da|z|a)?sh$/.test(ps(pid, 'comm'))
