import { Primary, primaryHex } from '@kez-chat/contracts'
import { signingKeyFromSeed } from '@kez-chat/identity'
import { addressOf, transportKeyFromSeed } from '@kez-chat/messaging'
import { createMessageEvent, type NostrEvent, signEvent } from '@kez-chat/messaging/nostr'
import { createLog } from '@kez-chat/runtime'
import { expect, test } from 'vitest'
import type { Delivered } from '../inbox/deliver.ts'
import { createAccept } from './accept.ts'
import type { Stored } from './store.ts'

const { primary } = signingKeyFromSeed(new Uint8Array(32).fill(7))
const transport = transportKeyFromSeed(new Uint8Array(32).fill(7))
const person = { address: addressOf(primary), inbox: primaryHex(Primary.parse(primary)) }
const envelope = { v: 2, eph: '0'.repeat(64), nonce: '0'.repeat(24), ct: 'x' }
const message = (to = primary): NostrEvent =>
  createMessageEvent({ envelope, to, at: Date.now() }, transportKeyFromSeed(new Uint8Array(32).fill(9)))
const profile = signEvent({ kind: 0, content: '{}', tags: [] }, Date.now(), transport)

/** What the author of an event is told when the inbox, or the store of lists, answers so. */
const told = (
  event: NostrEvent,
  { delivered = 'stored', stored = 'stored' }: { delivered?: Delivered; stored?: Stored },
) =>
  createAccept({
    people: {
      byAddress: (address) => (address === person.address ? person : undefined),
      byTransportKey: (key) => (key === transport.publicKey ? person : undefined),
      catchUp: async () => undefined,
    },
    pool: {
      verify: async () => true,
      full: false,
      room: async () => undefined,
      waiting: 0,
      cpuSeconds: 0,
      stop: async () => undefined,
    },
    deliver: async () => delivered,
    store: { putMail: async () => stored, putLast: async () => stored },
    takeBack: {
      isGone: async () => false,
      remove: async () => undefined,
      delete: async () => stored,
      vanish: async () => stored,
    },
    counts: { hasRoom: async () => true, stored: () => undefined },
    log: createLog('test', 'silent'),
  })(event, 'wss://example.org/relay')

test.each([
  ['who nobody here is', /^blocked: /, message(signingKeyFromSeed(new Uint8Array(32).fill(8)).primary), {}],
  ['whose mailbox is full', /^error: /, message(), { delivered: 'full' as const }],
  ['whose mailbox had too much lately', /^rate-limited: /, message(), { delivered: 'over_budget' as const }],
  ['whose list finds no room', /^error: /, profile, { stored: 'full' as const }],
])('nobody is asked who they are because of somebody %s', async (_, expected, event, outcome) => {
  const verdict = await told(event, outcome)
  expect(verdict).toEqual({ taken: false, message: expect.stringMatching(expected) })
})
