import { type PrimaryId, randomBytes } from '@kez-chat/identity'
import {
  createAckLedger,
  createAuthorKey,
  createMemoryReplayStore,
  type MessagingKey,
  messagingKeyFromSeed,
} from '@kez-chat/messaging'
import { expect, test } from 'vitest'
import { createVirtualTiming } from '../../test/virtual-timing.ts'
import { createMemoryStore } from '../records.ts'
import { createAcks } from './acks.ts'

const timing = createVirtualTiming()
const [own, friend, stranger] = [1, 2, 3].map(() => messagingKeyFromSeed(randomBytes(32)))
if (!own || !friend || !stranger) throw new Error('no people')

/** Acknowledgements with room for two, and whom the stored ones are for, oldest first. */
const setUp = (unacknowledged = { now: false }) => {
  const store = createMemoryStore()
  const acks = createAcks({
    ...{ key: own, fromHandle: 'bob@kez.test', transportKey: createAuthorKey(), home: undefined, relay: undefined },
    ...{ timing, random: randomBytes, store, ledger: createAckLedger(createMemoryReplayStore()), most: 2 },
    contacts: {
      find: (primary: PrimaryId) => ({
        ...{ primary, accepted: primary === friend.primary, unacknowledged: unacknowledged.now },
      }),
    },
    ...{ delay: [300, 3_000], onBroken: () => undefined, onError: () => undefined },
  })
  let count = 0
  const newMessage = (from: MessagingKey) => ({
    message: { from: from.primary, innerId: (++count).toString(16).padStart(32, '0'), sentAt: timing.now() },
    body: { type: 'text' as const, text: 'hello' },
    event: undefined,
  })
  const kept = async (): Promise<unknown[]> =>
    (await store.entries()).map(([, value]) => (value as { inner_id: string }).inner_id)
  const held = async (): Promise<unknown[]> =>
    (await store.entries()).map(([, value]) => (value as { held?: string }).held)
  return { acks, newMessage, kept, held }
}

test('a copy of what is noted already pushes no other acknowledgement out', async () => {
  const { acks, newMessage, kept } = setUp()
  const [first, second] = [newMessage(friend), newMessage(friend)]
  for (const message of [first, second, second, first]) await acks.note(message)
  expect(await kept()).toEqual([first.message.innerId, second.message.innerId])
})

test('a copy of what was acknowledged and done with pushes no other out', async () => {
  const { acks, newMessage, kept } = setUp()
  const [first, second, third] = [newMessage(friend), newMessage(friend), newMessage(friend)]
  for (const message of [first, second, third, first]) await acks.note(message)
  expect(await kept()).toEqual([second.message.innerId, third.message.innerId])
})

test('what strangers wrote makes room first, and never pushes out what is for a contact', async () => {
  const { acks, newMessage, kept } = setUp()
  const [first, second, third] = [newMessage(friend), newMessage(stranger), newMessage(friend)]
  for (const message of [first, second, third]) await acks.note(message)
  expect(await kept()).toEqual([first.message.innerId, third.message.innerId])
  await acks.note(newMessage(stranger))
  expect(await kept()).toEqual([first.message.innerId, third.message.innerId])
})

test('a file that is not whole yet makes room later than what strangers wrote', async () => {
  const { acks, newMessage, kept } = setUp()
  const { message } = newMessage(friend)
  const pointer = { type: 'kez-file-v1' as const, mode: 'chunked' as const, name: 'a', mime: 'a/b', size: 3, n: 1 }
  const body = { ...pointer, file_id: 'ab'.repeat(16), sha256: 'cd'.repeat(32) }
  const last = newMessage(friend)
  for (const noted of [{ message, body, event: undefined }, newMessage(stranger), last]) await acks.note(noted)
  expect(await kept()).toEqual([message.innerId, last.message.innerId])
})

test('what came while nothing was to be acknowledged never is: not when that changes, and not by a copy on the other way', async () => {
  const unacknowledged = { now: true }
  const { acks, newMessage, kept } = setUp(unacknowledged)
  const [before, held, after] = [newMessage(friend), newMessage(stranger), newMessage(friend)]
  await acks.note(before)
  unacknowledged.now = false
  const event = {
    id: 'e'.repeat(64),
    pubkey: 'a'.repeat(64),
    kind: 4242,
    created_at: 1,
    tags: [],
    content: '',
    sig: '',
  }
  await acks.note({ ...before, event })
  await acks.note(before)
  expect(await kept()).toEqual([])
  await acks.note(held)
  await acks.note(after)
  unacknowledged.now = true
  await acks.sweep()
  expect(await kept()).toEqual([after.message.innerId])
})

test('a file that its pointer itself makes whole is acknowledged, though that is told before the pointer is noted', async () => {
  const { acks, newMessage, held } = setUp()
  const { message } = newMessage(friend)
  const pointer = { type: 'kez-file-v1' as const, mode: 'chunked' as const, name: 'a', mime: 'a/b', size: 3, n: 1 }
  const body = { ...pointer, file_id: 'ab'.repeat(16), sha256: 'cd'.repeat(32) }
  await acks.fileIsWhole(friend.primary, message.innerId)
  await acks.note({ message, body, event: undefined })
  await acks.note({ message: newMessage(friend).message, body, event: undefined })
  expect(await held()).toEqual([undefined, 'file'])
})
