import {
  createCipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  randomBytes,
  sign,
} from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outerId } from './envelope.ts'
import { MessageError } from './errors.ts'
import { messagingKeyFromSeed } from './messaging-key.ts'
import { open } from './open.ts'
import { openV1 } from './open-v1.ts'
import { createMemoryReplayStore, createReplayGuard } from './replay-guard.ts'

// An old client, written from the specification with node:crypto alone.
const pkcs8 = (oid: string, secret: Uint8Array) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from(`302e020100300506032b65${oid}04220420`, 'hex'), secret]),
    format: 'der',
    type: 'pkcs8',
  })
const person = (fill: number) => {
  const seed = new Uint8Array(32).fill(fill)
  const signing = pkcs8('70', seed)
  const exchange = pkcs8('6e', createHash('sha512').update(seed).digest().subarray(0, 32))
  const raw = createPublicKey(signing).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { signing, exchange, primary: `ed25519:${raw.toString('hex')}` }
}
const [alice, bob, carol] = [person(1), person(2), person(3)]

const sorted = (record: Record<string, unknown>) =>
  JSON.stringify(Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1))))

interface Choices {
  from?: typeof alice
  to?: typeof alice
  signer?: typeof alice
  claimed?: string
}

const sealV1 = (plaintext: string | Buffer, choices: Choices = {}) => {
  const { from = alice, to = bob } = choices
  const { signer = from, claimed = to.primary } = choices
  const nonce = randomBytes(12)
  const shared = diffieHellman({ privateKey: from.exchange, publicKey: createPublicKey(to.exchange) })
  const key = Buffer.from(hkdfSync('sha256', shared, nonce, 'kez-chat-msg-v1', 32))
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const ct = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]).toString('base64url')
  const unsigned = { v: 1, from: from.primary, to: claimed, nonce: nonce.toString('hex'), ct }
  return { ...unsigned, sig: sign(null, Buffer.from(sorted(unsigned)), signer.signing).toString('hex') }
}

const key = messagingKeyFromSeed(new Uint8Array(32).fill(2))
const now = Date.parse('2026-05-25T03:00:00Z')
const migrationUntil = '2026-06-01T00:00:00Z'
const window = { now, migrationUntil }
const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })

describe('an envelope of version 1', () => {
  it('opens before the end of the migration, whether it holds a body or plain text', async () => {
    const envelope = sealV1(JSON.stringify({ type: 'text', text: 'grüße' }))
    const id = outerId(envelope)
    expect(await openV1(JSON.parse(JSON.stringify(envelope)), key, window)).toEqual({
      ...{ from: alice.primary, body: { type: 'text', text: 'grüße' }, outerId: id, innerId: id.slice(0, 32) },
      until: Date.parse(migrationUntil),
    })
    for (const text of ['hi', '', '{', '[1]', '{"a":1}', '17']) {
      expect((await openV1(sealV1(text), key, window)).body).toEqual({ type: 'text', text })
    }
  })

  it('is closed from the end of the migration on, and where none is set', async () => {
    const envelope = sealV1('hi')
    const end = Date.parse(migrationUntil)
    expect((await openV1(envelope, key, { ...window, now: end - 1 })).body).toEqual({ type: 'text', text: 'hi' })
    await expect(openV1(envelope, key, { ...window, now: end })).rejects.toThrow(code('migration_over'))
    await expect(openV1(envelope, key, { now })).rejects.toThrow(code('migration_over'))
    await expect(openV1(envelope, key, { now, migrationUntil: '2026-06-01' })).rejects.toThrow(code('malformed'))
  })

  it('counts once, for as long as it could be opened', async () => {
    const opened = await openV1(sealV1('hi'), key, { now, migrationUntil: '2027-06-01T00:00:00Z' })
    const guard = createReplayGuard(createMemoryReplayStore())
    const seen = { ...opened, sentAt: now }
    expect(await guard.remember(seen)).toBe(true)
    await guard.sweep(opened.until)
    expect(await guard.remember(seen)).toBe(false)
  })

  it.each<[string, () => object, string]>([
    ['signed by another', () => sealV1('hi', { signer: carol }), 'invalid_signature'],
    ['altered on the way', () => ({ ...sealV1('hi'), nonce: '00'.repeat(12) }), 'invalid_signature'],
    ['for somebody else', () => sealV1('hi', { to: carol }), 'wrong_recipient'],
    [
      'sealed for one and addressed to another',
      () => sealV1('hi', { to: carol, claimed: bob.primary }),
      'undecryptable',
    ],
    [
      'sent back to its sender’s peer',
      () => ({ ...sealV1('hi'), from: bob.primary, to: alice.primary }),
      'wrong_recipient',
    ],
    ['that is no UTF-8', () => sealV1(Buffer.from([0xff])), 'malformed'],
    ['with U+0000', () => sealV1('a\0b'), 'malformed'],
    ['with a lone surrogate in its body', () => sealV1('{"type":"text","text":"\\ud800"}'), 'malformed'],
    ['with a broken body', () => sealV1('{"type":"text"}'), 'malformed'],
    ['with a member more', () => ({ ...sealV1('hi'), eph: '' }), 'malformed'],
    ['without a signature', () => ({ ...sealV1('hi'), sig: undefined }), 'malformed'],
    ['with ct in another spelling', () => ({ ...sealV1('hi'), ct: `${sealV1('hi').ct}=` }), 'invalid_signature'],
    ['of version 2', () => ({ ...sealV1('hi'), v: 2 }), 'unknown_version'],
    ['from a weak key', () => ({ ...sealV1('hi'), from: `ed25519:01${'00'.repeat(31)}` }), 'weak_key'],
    ['larger than any envelope', () => sealV1('x'.repeat(200_000)), 'too_large'],
  ])('%s is refused', async (_, make, expected) => {
    await expect(openV1(make(), key, window)).rejects.toThrow(code(expected))
  })

  it('is never taken for version 2', async () => {
    await expect(open(sealV1('hi'), key, { now })).rejects.toThrow(code('unknown_version'))
  })

  it('of any shape is refused with errors of this library only', async () => {
    const anything = fc.anything({ withNullPrototype: true })
    const names = fc.constantFrom('from', 'to', 'nonce', 'ct', 'sig')
    await fc.assert(
      fc.asyncProperty(anything, names, fc.string(), async (value, name, plain) => {
        for (const wrong of [value, { ...sealV1('hi'), [name]: value }]) {
          await expect(openV1(wrong, key, window)).rejects.toEqual(expect.any(MessageError))
        }
        const answer = await openV1(sealV1(plain), key, window).catch((error: unknown) => error)
        if (!(answer instanceof MessageError)) expect(answer).toHaveProperty('body')
      }),
      { numRuns: 100 },
    )
  })
})
