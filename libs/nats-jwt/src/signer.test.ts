import { fromPublic, fromSeed } from '@nats-io/nkeys'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytesOf, seedText, signingKinds, stockPair } from '../test/oracle.ts'
import { refusal } from '../test/refusal.ts'
import { encodePublicNkey } from './nkey-text.ts'
import { createNkey, signerFromSeed } from './signer.ts'
import { verifyNkey } from './verify.ts'
import { createXkey } from './xkey.ts'

it.each(signingKinds)('signs with %s keys exactly as the stock library does, and each believes the other', (kind) => {
  const pair = stockPair(kind)
  const signer = signerFromSeed(seedText(pair), kind)
  expect(signer.publicKey).toBe(pair.getPublicKey())
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
      const signature = signer.sign(message)
      expect(Buffer.from(signature).equals(pair.sign(message))).toBe(true)
      expect(verifyNkey(pair.getPublicKey(), kind, message, pair.sign(message))).toBe(true)
      expect(fromPublic(signer.publicKey).verify(message, new Uint8Array(signature))).toBe(true)
    }),
    { numRuns: 5 },
  )
})

it.each(signingKinds)('makes %s keys that the stock library reads', (kind) => {
  const made = createNkey(kind)
  expect(fromSeed(bytesOf(made.seed)).getPublicKey()).toBe(made.publicKey)
})

it('refuses a signature with a bit flipped, a byte more or less, or over another message', () => {
  const { seed, publicKey } = createNkey('account')
  const message = bytesOf('message')
  const good = signerFromSeed(seed).sign(message)
  expect(verifyNkey(publicKey, 'account', message, good)).toBe(true)
  fc.assert(
    fc.property(fc.nat(511), (bit) => {
      const bad = Uint8Array.from(good)
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(verifyNkey(publicKey, 'account', message, bad)).toBe(false)
    }),
  )
  expect(verifyNkey(publicKey, 'account', message, good.subarray(1))).toBe(false)
  expect(verifyNkey(publicKey, 'account', message, Buffer.concat([good, Buffer.alloc(1)]))).toBe(false)
  expect(verifyNkey(publicKey, 'account', bytesOf('other'), good)).toBe(false)
})

it('remembers a key as the kind it is and as no other', () => {
  const { seed, publicKey } = createNkey('server')
  const message = bytesOf('message')
  const signature = signerFromSeed(seed).sign(message)
  expect(verifyNkey(publicKey, 'server', message, signature)).toBe(true)
  expect(refusal(() => verifyNkey(publicKey, 'account', message, signature))).toBe('wrong_kind')
})

it('refuses public keys under which one signature fits any message', () => {
  // The neutral point: R = A and S = 0 satisfy the equation whatever was signed.
  const neutral = Buffer.from(`01${'00'.repeat(31)}`, 'hex')
  const signature = Buffer.concat([neutral, Buffer.alloc(32)])
  const beyondP = Buffer.from(`ee${'ff'.repeat(30)}7f`, 'hex')
  for (const key of [neutral, beyondP, Buffer.alloc(32)]) {
    const nkey = encodePublicNkey('user', key)
    expect(refusal(() => verifyNkey(nkey, 'user', bytesOf('any'), signature))).toBe('weak_key')
  }
})

it('makes no signer of a curve seed or of a seed of another kind', () => {
  expect(refusal(() => signerFromSeed(createXkey().seed))).toBe('wrong_kind')
  expect(refusal(() => signerFromSeed(createNkey('user').seed, 'account'))).toBe('wrong_kind')
})
