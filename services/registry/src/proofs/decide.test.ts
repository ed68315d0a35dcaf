import { DomainError, Handle, Primary } from '@kez-chat/contracts'
import { expect, test } from 'vitest'
import { evolveHandle, freeHandle, type HandleState } from '../handles/evolve.ts'
import { decideProofs, maxProofBytes, maxProofLists } from './decide.ts'

const at = '2026-01-01T00:00:00.000Z'
const handle = Handle.parse('alice')
const primary = Primary.parse(`ed25519:${'1'.repeat(64)}`)
const other = Primary.parse(`ed25519:${'2'.repeat(64)}`)
const registered = evolveHandle(
  freeHandle,
  { type: 'HandleRegistered', version: 1, handle, primary, server: 's', at, registration: {} },
  1,
)

const set = (state: HandleState, proofs: readonly string[], by = primary) =>
  decideProofs({ handle, primary: by, proofs, at }, state)

const after = (state: HandleState, proofs: readonly string[]): HandleState =>
  set(state, proofs).reduce<HandleState>((current, event) => evolveHandle(current, event, current.seq + 1), state)

const codeOf = (decide: () => unknown): string => {
  try {
    decide()
    return 'ok'
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}

test('subjects are kept in their normal form, each once, in their order', () => {
  expect(set(registered, ['github:Bob', 'dns:Example.Org', 'github:bob'])).toMatchObject([
    { type: 'ProofsSet', proofs: ['github:bob', 'dns:example.org'] },
  ])
})

test('the list that is there already changes nothing, whatever its spelling; an empty one takes all away', () => {
  const state = after(registered, ['github:bob'])
  expect(set(state, ['GitHub:BOB'])).toEqual([])
  expect(set(registered, [])).toEqual([])
  expect(after(state, [])).toMatchObject({ proofs: [] })
})

test.each<[string, () => unknown, string]>([
  ['a handle that nobody has', () => set(freeHandle, []), 'not_found'],
  ['the handle of another', () => set(registered, [], other), 'unauthorized'],
  ['the own key', () => set(registered, [primary]), 'invalid'],
  ['what is no identifier', () => set(registered, ['bob']), 'malformed'],
  [
    'more than there is room for',
    () =>
      set(registered, [`x:${'a'.repeat(400)}`, ...Array.from({ length: 60 }, (_, i) => `x:${'b'.repeat(300)}${i}`)]),
    'invalid',
  ],
])('proofs are refused for %s', (_, decide, code) => {
  expect(codeOf(decide)).toBe(code)
})

test('a handle that ended takes none', () => {
  const ended = evolveHandle(registered, { type: 'HandleEnded', version: 1, handle, primary, status: 'revoked', at }, 2)
  expect(codeOf(() => set(ended, ['github:bob']))).toBe('identity_ended')
})

test(`after ${maxProofLists} lists no more are decided, and none takes more than ${maxProofBytes} bytes`, () => {
  let state: HandleState = registered
  for (let i = 0; i < maxProofLists; i++) state = after(state, [`github:bob-${i}`])
  expect(codeOf(() => set(state, ['github:one-more']))).toBe('invalid')
})
