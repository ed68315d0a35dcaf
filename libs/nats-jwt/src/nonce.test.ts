import { encode } from '@nats-io/nkeys'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytesOf, seedText, stockPair } from '../test/oracle.ts'
import { refusal } from '../test/refusal.ts'
import { verifyNonceSignature } from './nonce.ts'
import { createNkey, signerFromSeed } from './signer.ts'

const pair = stockPair('user')
const nkey = pair.getPublicKey()
const signer = signerFromSeed(seedText(pair))
const nonces = fc.stringMatching(/^[A-Za-z0-9_-]{11,64}$/)
const signed = (nonce: string): Buffer => Buffer.from(signer.sign(bytesOf(nonce)))

it('takes the signature as Go clients spell it and as the JavaScript ones do', () => {
  fc.assert(
    fc.property(nonces, (nonce) => {
      expect(refusal(() => verifyNonceSignature(nkey, nonce, signed(nonce).toString('base64url')))).toBe('accepted')
      expect(refusal(() => verifyNonceSignature(nkey, nonce, encode(new Uint8Array(signed(nonce)))))).toBe('accepted')
    }),
  )
})

it('refuses the signature of another nonce or by another nkey', () => {
  const sig = signed('abcdefghijk').toString('base64url')
  expect(refusal(() => verifyNonceSignature(nkey, 'abcdefghijl', sig))).toBe('invalid_signature')
  expect(refusal(() => verifyNonceSignature(createNkey('user').publicKey, 'abcdefghijk', sig))).toBe(
    'invalid_signature',
  )
  expect(refusal(() => verifyNonceSignature(createNkey('account').publicKey, 'abcdefghijk', sig))).toBe('wrong_kind')
})

it('refuses a nonce that a server would not give, so that no text of another meaning is taken for one', () => {
  for (const nonce of ['', 'short', 'a'.repeat(65), 'GET\n/v1/inbox/alice', 'abc def ghi jkl']) {
    expect(refusal(() => verifyNonceSignature(nkey, nonce, signed(nonce).toString('base64url')))).toBe('malformed')
  }
})

it('refuses a signature in any other spelling', () => {
  const nonce = 'abcdefghijk'
  const url = signed(nonce).toString('base64url')
  expect(refusal(() => verifyNonceSignature(nkey, nonce, url.slice(0, -1)))).toBe('malformed')
  expect(refusal(() => verifyNonceSignature(nkey, nonce, `${url}=`))).toBe('malformed')
  expect(refusal(() => verifyNonceSignature(nkey, nonce, ` ${url}`))).toBe('malformed')
  expect(refusal(() => verifyNonceSignature(nkey, nonce, ''))).toBe('malformed')
  expect(refusal(() => verifyNonceSignature(nkey, nonce, 'A'.repeat(89)))).toBe('too_large')
})
