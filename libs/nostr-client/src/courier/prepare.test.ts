import { randomBytes } from '@kez-chat/identity'
import { createAuthorKey, messagingKeyFromSeed } from '@kez-chat/messaging'
import { expect, test } from 'vitest'
import { prepareMessage } from './prepare.ts'

const [alice, bob] = [messagingKeyFromSeed(randomBytes(32)), messagingKeyFromSeed(randomBytes(32))]
const sender = {
  ...{ key: alice, transportKey: createAuthorKey(), fromHandle: 'alice@kez.test' },
  ways: { home: true, relay: true },
}
const saying = { to: bob.primary, body: { type: 'text', text: 'part' }, sentAt: 1_700_000_000_000 }
const filledWith = (byte: number) => (length: number) => new Uint8Array(length).fill(byte)

test('a message can be made again as the same one: to the same bytes, or sealed anew', async () => {
  const make = (sealing: number) =>
    prepareMessage({ ...sender, random: filledWith(7), sealing: filledWith(sealing) }, saying)
  const [first, again, anew] = [await make(1), await make(1), await make(2)]
  expect(again).toEqual(first)
  expect(anew.inner).toEqual(first.inner)
  expect(anew.record.author).toEqual(first.record.author)
  expect(anew.record.envelope).not.toEqual(first.record.envelope)
})
