import { FUNCTIONS } from './functions.ts'
import type { Expression } from './expression.ts'
import type { Rational } from './rational.ts'

/** How tightly a piece of text binds, loosest first. */
const SUM = 1
const PRODUCT = 2
const SIGN = 3
const POWER = 4
const ATOM = 5

interface Piece {
  readonly text: string
  readonly binds: number
}

type Dialect = 'text' | 'latex'

/** The expression in the syntax of mathjs: what reads it back gives the same expression. */
export function print(expression: Expression): string {
  return piece(expression, 'text').text
}

export function printLatex(expression: Expression): string {
  return piece(expression, 'latex').text
}

function piece(expression: Expression, dialect: Dialect): Piece {
  switch (expression.kind) {
    case 'number':
      return numberPiece(expression.value, dialect)
    case 'symbol':
      return { text: dialect === 'latex' ? symbolLatex(expression.name) : expression.name, binds: ATOM }
    case 'array':
      return { text: arrayText(expression.items, dialect), binds: ATOM }
    case 'call':
      return callPiece(expression.head, expression.args, dialect)
  }
}

function numberPiece({ n, d }: Rational, dialect: Dialect): Piece {
  const sign = n < 0n ? '-' : ''
  const top = (n < 0n ? -n : n).toString()
  if (d === 1n) return { text: sign + top, binds: n < 0n ? PRODUCT : ATOM }
  if (dialect === 'latex') return { text: `${sign}\\frac{${top}}{${d}}`, binds: n < 0n ? PRODUCT : SIGN }
  return { text: `${sign}${top}/${d}`, binds: PRODUCT }
}

const GREEK = /^(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|rho|sigma|tau|phi|chi|psi|omega)$/i

function symbolLatex(name: string): string {
  if (name === 'pi') return '\\pi'
  if (name === 'Infinity') return '\\infty'
  const [stem = name, ...subscript] = name.split('_')
  const letter = GREEK.test(stem) ? `\\${stem}` : stem.length > 1 ? `\\mathrm{${stem}}` : stem
  return subscript.length > 0 ? `${letter}_{${subscript.join('')}}` : letter
}

function arrayText(items: readonly Expression[], dialect: Dialect): string {
  if (dialect === 'text') return `[${items.map((item) => print(item)).join(', ')}]`
  const rows = items.map((item) => (item.kind === 'array' ? item.items.map(printLatex).join(' & ') : printLatex(item)))
  return `\\begin{bmatrix} ${rows.join(' \\\\ ')} \\end{bmatrix}`
}

function wrap(child: Piece, least: number, dialect: Dialect): string {
  if (child.binds >= least) return child.text
  return dialect === 'latex' ? `\\left(${child.text}\\right)` : `(${child.text})`
}

function callPiece(head: string, args: readonly Expression[], dialect: Dialect): Piece {
  const [first, second] = args
  if (first === undefined) return { text: `${head}()`, binds: ATOM }
  switch (head) {
    case 'add':
      return { text: sumText(args, dialect), binds: SUM }
    case 'negate':
      return negatePiece(piece(first, dialect), dialect)
    case 'multiply':
      return productPiece(args, dialect)
    case 'divide':
      return quotientPiece(first, second ?? first, dialect)
    case 'pow':
      return powerPiece(first, second ?? first, dialect)
    case 'factorial':
      return { text: `${wrap(piece(first, dialect), ATOM, dialect)}!`, binds: POWER }
    default:
      return { text: functionText(head, args, dialect), binds: ATOM }
  }
}

/** -a * b reads as (-a) * b, which is the same; a second sign needs parentheses. */
function negatePiece(child: Piece, dialect: Dialect): Piece {
  const least = child.text.startsWith('-') ? ATOM + 1 : PRODUCT
  return { text: `-${wrap(child, least, dialect)}`, binds: PRODUCT }
}

/** The term without its sign, and whether it had one. */
function unsigned(term: Expression): { negative: boolean; term: Expression } {
  if (term.kind === 'number' && term.value.n < 0n) {
    return { negative: true, term: { kind: 'number', value: { n: -term.value.n, d: term.value.d } } }
  }
  if (term.kind !== 'call') return { negative: false, term }
  const [first, ...rest] = term.args
  if (term.head === 'negate' && first) {
    const inner = unsigned(first)
    return { negative: !inner.negative, term: inner.term }
  }
  if ((term.head === 'multiply' || term.head === 'divide') && first) {
    const inner = unsigned(first)
    const isOne = inner.term.kind === 'number' && inner.term.value.n === 1n && inner.term.value.d === 1n
    if (!inner.negative) return { negative: false, term }
    if (term.head === 'multiply' && isOne && rest.length > 0) {
      return { negative: true, term: rest.length === 1 && rest[0] ? rest[0] : { ...term, args: rest } }
    }
    return { negative: true, term: { ...term, args: [inner.term, ...rest] } }
  }
  return { negative: false, term }
}

function sumText(terms: readonly Expression[], dialect: Dialect): string {
  return terms
    .map((each, index) => {
      const { negative, term } = unsigned(each)
      const text = wrap(piece(term, dialect), negative ? PRODUCT : SUM, dialect)
      if (index === 0) return negative ? `-${text}` : text
      return negative ? ` - ${text}` : ` + ${text}`
    })
    .join('')
}

function productPiece(factors: readonly Expression[], dialect: Dialect): Piece {
  const { negative, term } = unsigned({ kind: 'call', head: 'multiply', args: factors })
  if (negative) return { text: `-${wrap(piece(term, dialect), PRODUCT, dialect)}`, binds: PRODUCT }
  if (dialect === 'latex') return { text: latexProduct(factors), binds: PRODUCT }
  const texts = factors.map((factor, index) => {
    const child = piece(factor, 'text')
    const isQuotient = child.binds === PRODUCT && child.text.includes('/')
    return wrap(child, index === 0 && !isQuotient ? PRODUCT : SIGN, 'text')
  })
  return { text: texts.join(' * '), binds: PRODUCT }
}

function latexProduct(factors: readonly Expression[]): string {
  return factors.reduce((text, factor, index) => {
    const child = wrap(piece(factor, 'latex'), index === 0 ? PRODUCT : SIGN, 'latex')
    if (index === 0) return child
    return text + (/^\d/.test(child) || child.startsWith('\\frac{') ? ' \\cdot ' : ' ') + child
  }, '')
}

function quotientPiece(top: Expression, bottom: Expression, dialect: Dialect): Piece {
  const { negative, term } = unsigned(top)
  const sign = negative ? '-' : ''
  const binds = negative || dialect === 'text' ? PRODUCT : SIGN
  if (dialect === 'latex') return { text: `${sign}\\frac{${printLatex(term)}}{${printLatex(bottom)}}`, binds }
  return {
    text: `${sign}${wrap(piece(term, 'text'), PRODUCT, 'text')} / ${wrap(piece(bottom, 'text'), SIGN, 'text')}`,
    binds,
  }
}

function powerPiece(base: Expression, exponent: Expression, dialect: Dialect): Piece {
  if (dialect === 'latex')
    return { text: `${wrap(piece(base, 'latex'), ATOM, 'latex')}^{${printLatex(exponent)}}`, binds: POWER }
  return {
    text: `${wrap(piece(base, 'text'), ATOM, 'text')}^${wrap(piece(exponent, 'text'), ATOM, 'text')}`,
    binds: POWER,
  }
}

function functionText(head: string, args: readonly Expression[], dialect: Dialect): string {
  const texts = args.map((each) => piece(each, dialect).text)
  if (dialect === 'text') return `${head}(${texts.join(', ')})`
  const [first = '', second = ''] = texts
  if (head === 'sqrt') return `\\sqrt{${first}}`
  if (head === 'cbrt') return `\\sqrt[3]{${first}}`
  if (head === 'nthRoot') return `\\sqrt[${second}]{${first}}`
  if (head === 'abs') return `\\left|${first}\\right|`
  if (head === 'floor' || head === 'ceil') return `\\l${head} ${first} \\r${head}`
  if (head === 'combinations') return `\\binom{${first}}{${second}}`
  if (head === 'log' && args.length === 2) return `\\log_{${second}}\\left(${first}\\right)`
  const name = FUNCTIONS.get(head)?.latex ?? `\\operatorname{${head}}`
  return `${name}\\left(${texts.join(', ')}\\right)`
}
