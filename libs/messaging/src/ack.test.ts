import { describe, expect, it } from 'vitest'
import { checkHomeAck, createHomeAck, signNostrAck, verifyHomeAck, verifyNostrAck } from './ack.ts'
import { createAckLedger } from './ack-ledger.ts'
import { parseBody } from './body.ts'
import { createInner } from './inner.ts'
import { messagingKeyFromSeed } from './messaging-key.ts'
import { open } from './open.ts'
import { createMemoryReplayStore } from './replay-guard.ts'
import { seal } from './seal.ts'

const now = Date.parse('2026-05-25T03:00:00Z')
const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1))
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2))
const carol = messagingKeyFromSeed(new Uint8Array(32).fill(3))
const innerId = 'ab'.repeat(16)
const eventId = 'cd'.repeat(32)
const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })

describe('an acknowledgement', () => {
  it('over the home route counts for its message and by its peer only', () => {
    const ack = createHomeAck(innerId, bob)
    expect(parseBody(ack)).toEqual(ack)
    expect(() => verifyHomeAck(ack, bob.primary)).not.toThrow()
    expect(() => verifyHomeAck(ack, carol.primary)).toThrow(code('invalid_signature'))
    expect(() => verifyHomeAck({ ...ack, inner_id: 'ac'.repeat(16) }, bob.primary)).toThrow(code('invalid_signature'))
  })

  it('over a relay counts for its event and by its peer only', () => {
    const sig = signNostrAck(eventId, bob)
    expect(() => verifyNostrAck(eventId, sig, bob.primary)).not.toThrow()
    expect(() => verifyNostrAck(eventId, sig, carol.primary)).toThrow(code('invalid_signature'))
    expect(() => verifyNostrAck('ce'.repeat(32), sig, bob.primary)).toThrow(code('invalid_signature'))
  })

  it('is never made or read for an id of another form', () => {
    expect(() => createHomeAck(eventId, bob)).toThrow(code('malformed'))
    expect(() => signNostrAck(`${innerId}\n`, bob)).toThrow(code('malformed'))
    expect(() => verifyNostrAck(innerId, signNostrAck(eventId, bob), bob.primary)).toThrow(code('malformed'))
    expect(() => verifyNostrAck(eventId, 'xyz', bob.primary)).toThrow(code('malformed'))
  })
})

describe('an acknowledgement in a message', () => {
  const opened = async (from: typeof bob, ack: ReturnType<typeof createHomeAck> | { type: 'text'; text: string }) => {
    const draft = { from: from.primary, fromHandle: 'someone@kez.test', to: alice.primary, body: ack, sentAt: now }
    return open(await seal(createInner(draft), from), alice, { now })
  }
  const awaited = { innerId, peer: bob.primary }

  it('is verified when it is of the peer and of the message that waits for it', async () => {
    expect(checkHomeAck(await opened(bob, createHomeAck(innerId, bob)), awaited)).toBe('verified')
  })

  it('is refused when it is forged, of another message, or none', async () => {
    const check = async (...args: Parameters<typeof opened>) => checkHomeAck(await opened(...args), awaited)
    await expect(check(carol, createHomeAck(innerId, carol))).rejects.toThrow(code('wrong_sender'))
    await expect(check(carol, createHomeAck(innerId, bob))).rejects.toThrow(code('wrong_sender'))
    await expect(check(bob, createHomeAck(innerId, carol))).rejects.toThrow(code('invalid_signature'))
    await expect(check(bob, createHomeAck('ac'.repeat(16), bob))).rejects.toThrow(code('wrong_event'))
    await expect(check(bob, { type: 'text', text: innerId })).rejects.toThrow(code('wrong_kind'))
  })
})

describe('the ledger of acknowledgements', () => {
  it('gives each message one per route, also when two events ask at the same moment, and after a restart', async () => {
    const store = createMemoryReplayStore()
    const message = { from: bob.primary, innerId, sentAt: now }
    const ledger = createAckLedger(store)
    const claims = await Promise.all([ledger.claim(message, 'relay'), ledger.claim(message, 'relay')])
    expect(claims.toSorted()).toEqual([false, true])
    expect(await createAckLedger(store).claim(message, 'relay')).toBe(false)
    expect(await ledger.claim(message, 'home')).toBe(true)
    expect(await ledger.claim({ ...message, from: carol.primary }, 'relay')).toBe(true)
  })

  it('forgets what could not be accepted any more, and nothing sooner', async () => {
    const ledger = createAckLedger(createMemoryReplayStore())
    const message = { from: bob.primary, innerId, sentAt: now, until: now + 100 * 86_400_000 }
    await ledger.claim(message, 'home')
    await ledger.sweep(message.until)
    expect(await ledger.claim(message, 'home')).toBe(false)
    await ledger.sweep(message.until + 1)
    expect(await ledger.claim(message, 'home')).toBe(true)
  })
})
