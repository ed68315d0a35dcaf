import { describe, expect, it } from 'vitest'
import { RESEND_AFTER_MS } from './freshness.ts'
import { createInner } from './inner.ts'
import { messagingKeyFromSeed } from './messaging-key.ts'
import { createMessageEvent, readMessageEvent } from './nostr/message-event.ts'
import { open } from './open.ts'
import { createMemoryReplayStore, createReplayGuard } from './replay-guard.ts'
import { seal } from './seal.ts'
import { createAuthorKey, transportKeyFromSeed } from './transport-key.ts'

const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1))
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2))
const sentAt = Date.parse('2026-05-25T03:00:00Z')

describe('one message', () => {
  it('sent by the home server, by relays, and again after ten minutes, is shown once', async () => {
    const author = createAuthorKey()
    const transport = transportKeyFromSeed(new Uint8Array(32).fill(1))
    const draft = { from: alice.primary, fromHandle: 'alice@kez.test', to: bob.primary, sentAt }
    const authors = [author.publicKey, transport.publicKey]
    const inner = createInner({ ...draft, body: { type: 'text', text: 'hi' }, authors })
    const later = sentAt + RESEND_AFTER_MS
    const [first, second] = [await seal(inner, alice), await seal(inner, alice)]
    const events = [
      createMessageEvent({ envelope: first, to: bob.primary, at: sentAt }, author),
      createMessageEvent({ envelope: second, to: bob.primary, at: later }, author),
      createMessageEvent({ envelope: second, to: bob.primary, at: later }, transport),
    ]
    expect(new Set(events.map(({ id }) => id)).size).toBe(3)

    const guard = createReplayGuard(createMemoryReplayStore())
    const arrivals = [
      open(first, bob, { now: later, receivedAt: sentAt }),
      ...events.map((event) => open(readMessageEvent(event).envelope, bob, { now: later, carriedBy: event.pubkey })),
    ]
    const shown: boolean[] = []
    for (const opened of await Promise.all(arrivals)) {
      expect(opened.inner).toEqual(inner)
      const { from, id } = opened.inner
      shown.push(await guard.remember({ from, innerId: id, sentAt: opened.sentAt }))
    }
    expect(shown).toEqual([true, false, false, false])
  })
})
