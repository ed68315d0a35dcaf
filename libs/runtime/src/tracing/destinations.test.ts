import { commandSubject, inboxSubject, PrimaryHex } from '@kez-chat/contracts'
import { expect, test } from 'vitest'
import { destinationOf, isDestination } from './destinations.ts'

const primary = PrimaryHex.parse('a3'.repeat(32))

test.each([
  [inboxSubject.stored(primary), 'kez.inbox.{person}'],
  [inboxSubject.live(primary), 'kez.inbox.{person}'],
  [`kez.send.${primary}`, 'kez.send.{person}'],
  ['kez.send.*', 'kez.send.{person}'],
  ['identity.handle.alice', 'identity.handle.{handle}'],
  [`identity.primary.${primary}`, 'identity.primary.{key}'],
  [`chain.ed25519.${primary}`, 'chain.{key}'],
  [commandSubject.register, commandSubject.register],
  ['IDENTITY', 'IDENTITY'],
  ['alice', 'other'],
  ['', 'other'],
])('%s is shown as %s', (subject, shown) => {
  expect(destinationOf(subject)).toBe(shown)
  expect(isDestination(shown)).toBe(true)
})
