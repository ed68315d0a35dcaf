import { describe, expect, it } from 'vitest'
import { signingKeyFromSeed } from './signing-key.ts'
import { createTransportBinding, verifyTransportBinding } from './transport-binding.ts'

const key = signingKeyFromSeed(new Uint8Array(32).fill(1))
const other = signingKeyFromSeed(new Uint8Array(32).fill(2))
const secret = new Uint8Array(32).fill(3)
const binding = createTransportBinding(secret, key.primary, 'kez.test')
const code = (code: string) => expect.objectContaining({ name: 'IdentityError', code })

describe('a transport binding', () => {
  it('is believed for its own identity and server', () => {
    expect(() => verifyTransportBinding(binding, key.primary, 'kez.test')).not.toThrow()
  })

  it('is refused for another identity, server or transport key', () => {
    const foreign = createTransportBinding(new Uint8Array(32).fill(4), key.primary, 'kez.test')
    expect(() => verifyTransportBinding(binding, other.primary, 'kez.test')).toThrow(code('invalid'))
    expect(() => verifyTransportBinding(binding, key.primary, 'other.test')).toThrow(code('invalid'))
    expect(() => verifyTransportBinding({ ...binding, nostr: foreign.nostr }, key.primary, 'kez.test')).toThrow(
      code('invalid'),
    )
  })

  it('is refused when it is not hex of the right length, or no point of the curve', () => {
    for (const bad of [
      { nostr: 'npub1x' },
      { proof: binding.proof.slice(2) },
      { nostr: binding.nostr.toUpperCase() },
    ]) {
      expect(() => verifyTransportBinding({ ...binding, ...bad }, key.primary, 'kez.test')).toThrow(code('malformed'))
    }
    const off = { ...binding, nostr: 'f'.repeat(64) }
    expect(() => verifyTransportBinding(off, key.primary, 'kez.test')).toThrow(code('invalid'))
  })

  it('is made only with a valid secret', () => {
    expect(() => createTransportBinding(new Uint8Array(32), key.primary, 'kez.test')).toThrow(code('invalid'))
  })

  it('uses the randomness it is handed', () => {
    const again = () => createTransportBinding(secret, key.primary, 'kez.test', (length) => new Uint8Array(length))
    expect(again()).toEqual(again())
    expect(again().proof).not.toBe(binding.proof)
  })
})
