import { absolute, greatestCommonDivisor } from './rational.ts'

function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

const WITNESSES = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n]

/** Below this, the test of Miller and Rabin with the first 13 primes is a proof (Sorenson and Webster 2015). */
export const PROVEN_BELOW = 3_317_044_064_679_887_385_961_981n

/** The test of Miller and Rabin with the first 13 primes: certain below `PROVEN_BELOW`. */
export function isPrime(value: bigint): boolean {
  if (value < 2n) return false
  for (const prime of WITNESSES) if (value % prime === 0n) return value === prime
  let odd = value - 1n
  let twos = 0
  for (; odd % 2n === 0n; odd /= 2n) twos += 1
  return WITNESSES.every((witness) => passes(value, { witness, odd, twos }))
}

function passes(value: bigint, { witness, odd, twos }: { witness: bigint; odd: bigint; twos: number }): boolean {
  let x = powerModulo(witness, odd, value)
  if (x === 1n || x === value - 1n) return true
  for (let k = 1; k < twos; k += 1) {
    x = (x * x) % value
    if (x === value - 1n) return true
  }
  return false
}

/** A divisor of a composite odd number, by Pollard's rho with Brent's cycle. */
function findDivisor(value: bigint): bigint {
  for (let shift = 1n; ; shift += 1n) {
    let [slow, fast, divisor] = [2n, 2n, 1n]
    while (divisor === 1n) {
      slow = (slow * slow + shift) % value
      fast = (fast * fast + shift) % value
      fast = (fast * fast + shift) % value
      divisor = greatestCommonDivisor(absolute(slow - fast), value)
    }
    if (divisor !== value) return divisor
  }
}

/** The primes of a positive whole number with their exponents, smallest first. */
export function primeFactors(value: bigint): { prime: bigint; exponent: number }[] {
  const counts = new Map<bigint, number>()
  const pending = [value]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    let rest = next
    for (let p = 2n; p < 2_000n && p * p <= rest; p += p === 2n ? 1n : 2n) {
      for (; rest % p === 0n; rest /= p) counts.set(p, (counts.get(p) ?? 0) + 1)
    }
    if (rest === 1n) continue
    if (isPrime(rest)) counts.set(rest, (counts.get(rest) ?? 0) + 1)
    else {
      const divisor = findDivisor(rest)
      pending.push(divisor, rest / divisor)
    }
  }
  return [...counts].map(([prime, exponent]) => ({ prime, exponent })).sort((a, b) => (a.prime < b.prime ? -1 : 1))
}
