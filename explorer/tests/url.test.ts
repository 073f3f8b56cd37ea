import { describe, expect, it } from 'vitest'
import {
  graphPath,
  oneOf,
  readGraphView,
  readSignInCode,
  safeReturnPath,
  signInPath,
  socketUrl,
  taskPath,
  tasksPath,
} from '../src/url.ts'

describe('the graph’s address', () => {
  it('restores what it was written from', () => {
    const view = { node: 'b-1', q: 'units & "digits"' }
    expect(readGraphView(new URL(graphPath(view), 'http://x').searchParams)).toEqual(view)
  })

  it('is plain where there is nothing to restore', () => {
    expect(graphPath({ node: null, q: '' })).toBe('/graph')
    expect(readGraphView(new URLSearchParams())).toEqual({ node: null, q: '' })
  })
})

describe('safeReturnPath', () => {
  it('leads back to a path of this site', () => {
    expect(safeReturnPath('/tasks/1?x=2')).toBe('/tasks/1?x=2')
  })

  it.each([
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '',
    null,
  ])('never leads to %j', (to) => {
    expect(safeReturnPath(to)).toBe('/')
  })

  it('does not lead back to the sign-in page', () => {
    expect(safeReturnPath('/sign-in?to=%2Ftasks')).toBe('/')
  })

  it('undoes what signInPath wrote', () => {
    const path = signInPath('/graph?node=1&q=a')
    expect(safeReturnPath(new URL(path, 'http://x').searchParams.get('to'))).toBe('/graph?node=1&q=a')
    expect(signInPath('/')).toBe('/sign-in')
  })
})

it('reads the code of a one-time link from the fragment', () => {
  expect(readSignInCode('#code=ab-12')).toBe('ab-12')
  expect(readSignInCode('#other=1')).toBeNull()
  expect(readSignInCode('')).toBeNull()
})

it('trusts only the states that exist', () => {
  expect(oneOf(['FAILED', 'RUNNING'] as const, 'FAILED')).toBe('FAILED')
  expect(oneOf(['FAILED', 'RUNNING'] as const, 'failed')).toBeNull()
  expect(tasksPath({ state: 'FAILED' })).toBe('/tasks?state=FAILED')
})

it('keeps an odd task id within its path', () => {
  expect(taskPath('a/../b')).toBe('/tasks/a%2F..%2Fb')
})

it('speaks wss where the page came by https', () => {
  expect(socketUrl('https://mothership.example')).toBe('wss://mothership.example/graphql')
  expect(socketUrl('http://127.0.0.1:4000')).toBe('ws://127.0.0.1:4000/graphql')
})
