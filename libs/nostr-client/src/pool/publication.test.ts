import { expect, test } from 'vitest'
import type { RelayFate } from '../relay/fate.ts'
import { createPublication } from './publication.ts'

const setUp = (relays: string[]) => {
  const listeners = new Map<string, (fate: RelayFate) => void>()
  const heard: string[] = []
  const publication = createPublication(
    relays,
    (relay, listener) => void listeners.set(relay, listener),
    () => 1,
    ({ relay, state }) => void heard.push(`${relay} ${state}`),
  )
  const say = (relay: string, state: RelayFate['state'], reason?: string): void =>
    listeners.get(relay)?.({ relay, state, at: 2, ...(reason ? { reason } : {}) })
  const states = (): string[] => publication.fates().map(({ state }) => state)
  return { publication, say, states, heard }
}

test('the first acceptance decides, and the others are still told', async () => {
  const { publication, say, states, heard } = setUp(['a', 'b', 'c'])
  say('a', 'refused', 'blocked: no')
  say('b', 'accepted')
  expect((await publication.accepted).relay).toBe('b')
  expect(states()).toEqual(['refused', 'accepted', 'pending'])
  say('c', 'timeout')
  await publication.settled
  say('c', 'accepted')
  expect(states()).toEqual(['refused', 'accepted', 'accepted'])
  expect(heard).toEqual(['a refused', 'b accepted', 'c timeout', 'c accepted'])
})

test('nothing takes an acceptance back, and silence does not undo a refusal', () => {
  const { say, states, heard } = setUp(['a', 'b'])
  for (const state of ['accepted', 'refused', 'timeout', 'unreachable'] as const) say('a', state)
  for (const state of ['refused', 'timeout', 'unreachable'] as const) say('b', state)
  expect(states()).toEqual(['accepted', 'refused'])
  expect(heard).toEqual(['a accepted', 'b refused'])
  say('b', 'accepted')
  expect(states()).toEqual(['accepted', 'accepted'])
})

test('why nobody took it is told by code and in the relays’ words', async () => {
  const refused = setUp(['a', 'b'])
  refused.say('a', 'refused', 'blocked: no')
  refused.say('b', 'refused', 'invalid: no')
  await expect(refused.publication.accepted).rejects.toMatchObject({
    code: 'refused',
    message: 'blocked: no; invalid: no',
  })
  const silent = setUp(['a', 'b'])
  silent.say('a', 'refused', 'blocked: no')
  silent.say('b', 'timeout', 'no answer in time')
  await expect(silent.publication.accepted).rejects.toMatchObject({ code: 'not_accepted' })
  await expect(setUp([]).publication.accepted).rejects.toMatchObject({ code: 'no_route' })
})
