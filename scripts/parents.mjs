import { execFileSync } from 'node:child_process'

const POLL_MILLISECONDS = 500

/**
 * Ends this process as SIGTERM would when npm, or the shell that npm runs scripts in, is killed: a SIGKILL cannot be
 * passed on, and nobody could stop what went on behind it.
 */
export const endWithParents = () => {
  if (process.env.npm_lifecycle_event === undefined) return
  const parents = [process.ppid]
  const grandparent = parentOf(process.ppid)
  // npm -> sh -> this; a shell that replaces itself leaves npm as the parent, and its own parent is not ours to watch.
  if (isShell(process.ppid) && grandparent > 1) parents.push(grandparent)
  const timer = setInterval(() => {
    if (parents.every(isAlive) && process.ppid === parents[0]) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, POLL_MILLISECONDS)
  timer.unref()
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
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return ''
  }
}
const parentOf = (pid) => Number(ps(pid, 'ppid')) || 0
const isShell = (pid) => /(^|\/)(ba|da|z|a)?sh$/.test(ps(pid, 'comm'))
