import { randomBytes, scrypt as scryptCallback, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { UnavailableError } from '@mothership/platform/errors'

const scrypt = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scryptCallback,
)
// OWASP's recommendation for scrypt: N = 2^17, r = 8, p = 1; 128 MiB for some tenths of a second.
const PARAMETERS = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }
const KEY_BYTES = 32

/** Each takes 128 MiB and a thread that verifies tokens too: the rest wait, and beyond that are turned away. */
const MAX_AT_ONCE = 2
const MAX_WAITING = 50
let running = 0
const waiting: (() => void)[] = []

const derive = async (password: string, salt: Buffer): Promise<Buffer> => {
  if (running >= MAX_AT_ONCE) {
    if (waiting.length >= MAX_WAITING) throw new UnavailableError('Too many sign in at once. Try again in a moment.')
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running++
  try {
    return await scrypt(password.normalize('NFKC'), salt, KEY_BYTES, PARAMETERS)
  } finally {
    // Whoever waits takes over this place.
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

/** The hash of a password with a salt of its own, as `salt:hash` in base64url. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16)
  const hash = await derive(password, salt)
  return `${salt.toString('base64url')}:${hash.toString('base64url')}`
}

// Of no password: hashing against it takes the time that a real one takes, so names cannot be told by the clock.
const NOBODY = `${Buffer.alloc(16).toString('base64url')}:${Buffer.alloc(KEY_BYTES).toString('base64url')}`

/** Whether the password is the one of the hash. Without a hash it takes as long, and is false. */
export const verifyPassword = async (password: string, hashed: string | null): Promise<boolean> => {
  const [salt = '', hash = ''] = (hashed ?? NOBODY).split(':')
  const given = await derive(password, Buffer.from(salt, 'base64url'))
  return timingSafeEqual(given, Buffer.from(hash, 'base64url')) && hashed !== null
}
