import { fromCurveSeed } from '@nats-io/nkeys'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytesOf, seedText, stockPair } from '../test/oracle.ts'
import { refusal } from '../test/refusal.ts'
import { encodePublicNkey } from './nkey-text.ts'
import { createNkey } from './signer.ts'
import { createXkey, MAX_SEALED_BYTES, xkeyFromSeed } from './xkey.ts'

const message = fc.uint8Array({ maxLength: 2_000 })
const same = (a: Uint8Array | null, b: Uint8Array): boolean => a !== null && Buffer.from(a).equals(b)

it('opens what the stock library seals, and the other way round', () => {
  const stock = stockPair('curve')
  const ours = xkeyFromSeed(createXkey().seed)
  fc.assert(
    fc.property(message, (bytes) => {
      const theirs = stock.seal(bytes, ours.publicKey)
      expect(same(ours.open(theirs, stock.getPublicKey()), bytes)).toBe(true)
      const sealed = new Uint8Array(ours.seal(bytes, stock.getPublicKey()))
      expect(same(stock.open(sealed, ours.publicKey), bytes)).toBe(true)
    }),
    { numRuns: 20 },
  )
})

it('derives the public key that the stock library derives from a seed', () => {
  for (let i = 0; i < 5; i++) {
    const pair = stockPair('curve')
    expect(xkeyFromSeed(seedText(pair)).publicKey).toBe(pair.getPublicKey())
    const made = createXkey()
    expect(fromCurveSeed(bytesOf(made.seed)).getPublicKey()).toBe(made.publicKey)
  }
})

it('refuses a box with any bit flipped, cut short or with a byte more', () => {
  const alice = xkeyFromSeed(createXkey().seed)
  const bob = xkeyFromSeed(createXkey().seed)
  const sealed = alice.seal(bytesOf('message'), bob.publicKey)
  expect(same(bob.open(sealed, alice.publicKey), Buffer.from('message'))).toBe(true)
  fc.assert(
    fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
      const bad = Uint8Array.from(sealed)
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(refusal(() => bob.open(bad, alice.publicKey))).toBe(bit < 32 ? 'not_sealed' : 'not_for_us')
    }),
  )
  expect(refusal(() => bob.open(sealed.subarray(0, -1), alice.publicKey))).toBe('not_for_us')
  expect(refusal(() => bob.open(Buffer.concat([sealed, Buffer.alloc(1)]), alice.publicKey))).toBe('not_for_us')
})

it('opens a box for its two holders only', () => {
  const [alice, bob, eve] = [createXkey(), createXkey(), createXkey()].map(({ seed }) => xkeyFromSeed(seed))
  if (!alice || !bob || !eve) return expect.unreachable()
  const sealed = alice.seal(bytesOf('message'), bob.publicKey)
  expect(refusal(() => eve.open(sealed, alice.publicKey))).toBe('not_for_us')
  expect(refusal(() => bob.open(sealed, eve.publicKey))).toBe('not_for_us')
})

it('tells what is no box at all', () => {
  const xkey = xkeyFromSeed(createXkey().seed)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(refusal(() => xkey.open(bytes, xkey.publicKey))).toBe('not_sealed')
    }),
  )
  expect(refusal(() => xkey.open(Buffer.from(`xkv1${'x'.repeat(39)}`), xkey.publicKey))).toBe('not_sealed')
})

it('never uses a nonce twice', () => {
  const xkey = xkeyFromSeed(createXkey().seed)
  const boxes = Array.from({ length: 200 }, () => Buffer.from(xkey.seal(bytesOf('m'), xkey.publicKey)))
  expect(new Set(boxes.map((box) => box.subarray(4, 28).toString('hex'))).size).toBe(200)
})

it('looks at the size before anything else', () => {
  const xkey = xkeyFromSeed(createXkey().seed)
  expect(refusal(() => xkey.open(new Uint8Array(MAX_SEALED_BYTES + 1), 'no key'))).toBe('too_large')
  expect(refusal(() => xkey.seal(new Uint8Array(MAX_SEALED_BYTES), 'no key'))).toBe('too_large')
})

it('refuses peers that are no curve key, or one whose shared secret is all zero', () => {
  const xkey = xkeyFromSeed(createXkey().seed)
  const zero = encodePublicNkey('curve', new Uint8Array(32))
  expect(refusal(() => xkey.seal(bytesOf('m'), createNkey('user').publicKey))).toBe('wrong_kind')
  expect(refusal(() => xkey.seal(bytesOf('m'), zero))).toBe('weak_key')
  expect(refusal(() => xkey.open(xkey.seal(bytesOf('m'), xkey.publicKey), zero))).toBe('weak_key')
  expect(refusal(() => xkeyFromSeed(createNkey('user').seed))).toBe('wrong_kind')
})
