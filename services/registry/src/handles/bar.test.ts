import { DomainError, Handle, Primary } from '@kez-chat/contracts'
import { expect, it } from 'vitest'
import { currentEntry } from '../directory/entry.ts'
import { decideBar, decideRestoring } from './bar.ts'
import { evolveHandle, freeHandle, type RegisteredHandle } from './evolve.ts'
import { ownedBy } from './owned-by.ts'

const at = '2026-01-01T00:00:00.000Z'
const handle = Handle.parse('mallory')
const [first, second] = ['1', '2'].map((digit) => Primary.parse(`ed25519:${digit.repeat(64)}`)) as [Primary, Primary]
const registered = evolveHandle(
  freeHandle,
  { type: 'HandleRegistered', version: 1, handle, primary: first, server: 's', at, registration: {} },
  1,
)
const bar = (state: RegisteredHandle, seq: number) =>
  decideBar(state, { reason: 'abuse', at }).reduce((current, event) => evolveHandle(current, event, seq), state)
const codeOf = (attempt: () => unknown): string => {
  try {
    attempt()
    return 'ok'
  } catch (error) {
    return error instanceof DomainError ? error.code : String(error)
  }
}

it('a barred handle changes nothing of its own and is told so, until it is restored; both once', () => {
  const barred = bar(registered, 2)
  expect(codeOf(() => ownedBy(barred, first))).toBe('handle_barred')
  expect(currentEntry(barred)).toMatchObject({ status: 'barred', seq: 2 })
  expect(decideBar(barred, { reason: 'other', at })).toEqual([])
  const restored = decideRestoring(barred, at).reduce((state, event) => evolveHandle(state, event, 3), barred)
  expect(ownedBy(restored, first)).toBe(restored)
  expect(currentEntry(restored)).toMatchObject({ status: 'active', seq: 3 })
  expect(decideRestoring(restored, at)).toEqual([])
})

it('whoever rotates the key of a barred handle is barred under the next key, and one that ends has ended', () => {
  const barred = bar(registered, 2)
  const rebound = { type: 'HandleRebound', version: 1, handle, primary: second, previous: first, at } as const
  const moved = evolveHandle(barred, rebound, 3)
  expect(codeOf(() => ownedBy(moved, second))).toBe('handle_barred')
  expect(currentEntry(moved)).toMatchObject({ status: 'barred', primary: second })
  const ended = { type: 'HandleEnded', version: 1, handle, primary: second, status: 'revoked', at } as const
  expect(currentEntry(evolveHandle(moved, ended, 4)).status).toBe('revoked')
})

it('nobody bars what is not there, or what has ended by itself', () => {
  const ended = { type: 'HandleEnded', version: 1, handle, primary: first, status: 'revoked', at } as const
  expect(codeOf(() => decideBar(freeHandle, { reason: 'other', at }))).toBe('not_found')
  expect(codeOf(() => decideBar(evolveHandle(registered, ended, 2), { reason: 'other', at }))).toBe('identity_ended')
})
