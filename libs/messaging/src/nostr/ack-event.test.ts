import { toHex, utf8 } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { createHomeAck, signNostrAck } from '../ack.ts'
import { addressOf } from '../address.ts'
import { createInner } from '../inner.ts'
import { messagingKeyFromSeed } from '../messaging-key.ts'
import { open } from '../open.ts'
import { seal } from '../seal.ts'
import { createAuthorKey, transportKeyFromSeed } from '../transport-key.ts'
import { createAckEvent, readAckEvent } from './ack-event.ts'
import { checkAckEvent } from './check-ack.ts'
import { createMessageEvent, readMessageEvent } from './message-event.ts'
import { signEvent, verifyNostrEvent } from './sign-event.ts'

const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1))
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2))
const carol = messagingKeyFromSeed(new Uint8Array(32).fill(3))
const bobOnRelays = transportKeyFromSeed(new Uint8Array(32).fill(2))
const now = Date.parse('2026-05-25T03:00:00Z')
const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })

const sent = async (body: { type: string } = { ...{ type: 'text' }, ...{ text: 'hi' } }) => {
  const draft = { from: alice.primary, fromHandle: 'alice@kez.test', to: bob.primary, body, sentAt: now }
  const envelope = await seal(createInner(draft), alice)
  return createMessageEvent({ envelope, to: bob.primary, at: now }, createAuthorKey())
}
const opened = async (event: Awaited<ReturnType<typeof sent>>) => ({
  event,
  opened: await open(readMessageEvent(event).envelope, bob, { now, carriedBy: event.pubkey }),
})

const message = await sent()
const made = createAckEvent(await opened(message), bob, now, createAuthorKey())
const awaited = {
  ...{ eventIds: [message.id], own: alice.primary, peer: bob.primary, now },
  peerTransportKey: bobOnRelays.publicKey,
}
const open7 = { ...awaited, migrationUntil: '2026-06-01T00:00:00Z' }

/** An acknowledgement as anybody could write it. */
const forged = (change: {
  sig?: string | undefined
  e?: string
  q?: string
  author?: typeof bobOnRelays
  at?: number
}) => {
  const sig = 'sig' in change ? change.sig : signNostrAck(message.id, bob)
  const tags = [
    ['e', change.e ?? message.id],
    ['p', message.pubkey],
    ['q', change.q ?? addressOf(alice.primary)],
    ...(sig === undefined ? [] : [['kez-sig', sig]]),
  ]
  return signEvent({ kind: 4244, tags, content: '' }, change.at ?? now, change.author ?? bobOnRelays)
}

describe('an acknowledgement event', () => {
  it('made after opening a message is verified by its sender', () => {
    verifyNostrEvent(made)
    const sig = toHex(bob.sign(utf8(`kez-ack-v1\n${message.id}`)))
    expect(made).toMatchObject({ kind: 4244, content: '' })
    expect(made.tags).toEqual([
      ['e', message.id],
      ['p', message.pubkey],
      ['q', addressOf(alice.primary)],
      ['kez-sig', sig],
    ])
    expect(readAckEvent(made)).toEqual({
      ...{ eventId: message.id, author: message.pubkey, address: addressOf(alice.primary), kezSig: sig },
    })
    expect(checkAckEvent(made, awaited)).toBe('verified')
  })

  it('may come for any of the events a message went in', () => {
    expect(checkAckEvent(made, { ...awaited, eventIds: ['ab'.repeat(32), message.id] })).toBe('verified')
  })

  it.each<[string, ReturnType<typeof forged>, string]>([
    ['signed by another', forged({ sig: signNostrAck(message.id, carol) }), 'invalid_signature'],
    ['signed by the sender of the message', forged({ sig: signNostrAck(message.id, alice) }), 'invalid_signature'],
    ['whose signature is of another event', forged({ sig: signNostrAck('ab'.repeat(32), bob) }), 'invalid_signature'],
    [
      'whose signature is of a home message',
      forged({ sig: createHomeAck('ab'.repeat(16), bob).sig }),
      'invalid_signature',
    ],
    ['of another event', forged({ e: 'ab'.repeat(32), sig: signNostrAck('ab'.repeat(32), bob) }), 'wrong_event'],
    ['for somebody else', forged({ q: addressOf(carol.primary) }), 'wrong_recipient'],
    ['without a signature', forged({ sig: undefined }), 'unsigned'],
    ['with an empty signature', forged({ sig: '' }), 'malformed'],
    ['of 8 days ago', forged({ at: now - 8 * 86_400_000 }), 'too_old'],
    ['of tomorrow', forged({ at: now + 86_400_000 }), 'too_new'],
    ['of another kind', message, 'wrong_kind'],
  ])('%s is refused', (_, event, expected) => {
    expect(() => checkAckEvent(event, awaited)).toThrow(code(expected))
  })

  it.each(['e', 'p', 'q', 'kez-sig'])('with the tag %s twice is refused', (name) => {
    const tags = [...made.tags, ...made.tags.filter(([first]) => first === name)]
    expect(() => readAckEvent({ ...made, tags })).toThrow(code('malformed'))
  })

  it('without a signature counts while migrating, by the bound key of the peer alone, and stays unverified', () => {
    const unsigned = forged({ sig: undefined })
    expect(checkAckEvent(unsigned, open7)).toBe('unverified')
    expect(() => checkAckEvent(forged({ sig: undefined, author: createAuthorKey() }), open7)).toThrow(
      code('wrong_carrier'),
    )
    const { peerTransportKey: _, ...unbound } = open7
    expect(() => checkAckEvent(unsigned, unbound)).toThrow(code('wrong_carrier'))
    const over = { ...awaited, migrationUntil: '2026-05-25T03:00:00Z' }
    expect(() => checkAckEvent(unsigned, over)).toThrow(code('unsigned'))
    expect(() => checkAckEvent(unsigned, { ...awaited, migrationUntil: 'never' })).toThrow(code('malformed'))
    expect(checkAckEvent(made, open7)).toBe('verified')
    expect(() => checkAckEvent(forged({ sig: signNostrAck(message.id, carol) }), open7)).toThrow(
      code('invalid_signature'),
    )
  })

  it('is made for messages to oneself alone, and never for an acknowledgement or a chunk', async () => {
    const from = await opened(message)
    expect(() => createAckEvent(from, carol, now, createAuthorKey())).toThrow(code('wrong_recipient'))
    const chunk = { type: 'kez-file-chunk-v1', file_id: 'ab'.repeat(16), i: 0, n: 1, data: 'AQ' }
    for (const body of [createHomeAck('ab'.repeat(16), alice), chunk]) {
      const silent = await opened(await sent({ ...body }))
      expect(() => createAckEvent(silent, bob, now, createAuthorKey())).toThrow(code('wrong_kind'))
    }
    expect(() => createAckEvent({ ...from, event: made }, bob, now, createAuthorKey())).toThrow(code('wrong_kind'))
  })
})
