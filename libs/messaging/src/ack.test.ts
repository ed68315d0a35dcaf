import { describe, expect, it } from 'vitest'
import { createHomeAck, signNostrAck, verifyHomeAck, verifyNostrAck } from './ack.ts'
import { parseBody } from './body.ts'
import { messagingKeyFromSeed } from './messaging-key.ts'

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
