import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js'
import { sha512 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat } from './bytes.ts'
import { checkPublicKey, isSoundPublicKey } from './ed25519-key.ts'
import * as native from './ed25519-native.ts'
import * as portable from './ed25519-portable.ts'
import { fromHex } from './hex.ts'

const { Point } = ed25519
const L = Point.Fn.ORDER
const P = 2n ** 255n - 19n
const torsion = ED25519_TORSION_SUBGROUP.map((text) => Point.fromHex(text, true))

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const message = fc.uint8Array({ maxLength: 100 })
const runs = { numRuns: 100 }

/** What both verifiers say, which must be one thing. */
const verdict = (signature: Uint8Array, text: Uint8Array, publicKey: Uint8Array): boolean => {
  const answer = portable.verifyEd25519(signature, text, publicKey)
  expect(native.verifyEd25519(signature, text, publicKey)).toBe(answer)
  return answer
}

const flipBit = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

const challenge = (r: Uint8Array, key: Uint8Array, text: Uint8Array): bigint =>
  Point.Fn.create(bytesToNumberLE(sha512(concat(r, key, text))))

/** Encodings of the eight points of small order, those with y + p where it fits, and x = 0 with the sign bit set. */
const smallOrderEncodings = [0n, 1n, P - 1n, P, P + 1n, ...torsion.map((point) => point.y)].flatMap((y) => [
  numberToBytesLE(y, 32),
  numberToBytesLE(y + 2n ** 255n, 32),
])

describe('native and portable verifier', () => {
  it('accept what both signers sign alike', () => {
    fc.assert(
      fc.property(seed, message, (secret, text) => {
        const signature = native.ed25519Signer(secret)(text)
        expect(portable.ed25519Signer(secret)(text)).toEqual(signature)
        expect(verdict(signature, text, ed25519.getPublicKey(secret))).toBe(true)
      }),
      runs,
    )
  })

  it('refuse any single flipped bit of signature, message or key', () => {
    fc.assert(
      fc.property(seed, message, fc.nat(), (secret, text, at) => {
        const key = ed25519.getPublicKey(secret)
        const signature = native.ed25519Signer(secret)(text)
        expect(verdict(flipBit(signature, at % 512), text, key)).toBe(false)
        expect(verdict(signature, text, flipBit(key, at % 256))).toBe(false)
        if (text.length > 0) expect(verdict(signature, flipBit(text, at % (text.length * 8)), key)).toBe(false)
      }),
      runs,
    )
  })

  it('agree on arbitrary bytes of any length', () => {
    const around = (length: number) => fc.uint8Array({ minLength: length - 1, maxLength: length + 1, size: 'max' })
    fc.assert(
      fc.property(around(64), message, around(32), (signature, text, key) => {
        expect(verdict(signature, text, key)).toBe(false)
      }),
      runs,
    )
  })

  it('refuse S that is not below L', () => {
    fc.assert(
      fc.property(seed, message, (secret, text) => {
        const signature = native.ed25519Signer(secret)(text)
        const s = bytesToNumberLE(signature.subarray(32)) + L
        expect(
          verdict(concat(signature.subarray(0, 32), numberToBytesLE(s, 32)), text, ed25519.getPublicKey(secret)),
        ).toBe(false)
      }),
      runs,
    )
  })

  it('refuse keys of small order and keys that are not canonical, also where the equation holds', () => {
    let satisfied = 0
    for (const key of smallOrderEncodings) {
      expect(isSoundPublicKey(key)).toBe(false)
      for (const r of torsion.map((point) => point.toBytes())) {
        for (let n = 0; n < 8; n++) {
          const text = Uint8Array.of(n)
          const minusKa = Point.fromBytes(key, true)
            .multiplyUnsafe(challenge(r, key, text))
            .negate()
          if (Buffer.compare(minusKa.toBytes(), r) === 0) satisfied++
          expect(verdict(concat(r, new Uint8Array(32)), text, key)).toBe(false)
        }
      }
    }
    expect(satisfied).toBeGreaterThan(100)
  })

  it('agree on keys and nonces with a torsion part: only [k]A decides, never the cofactor', () => {
    let accepted = 0
    let refused = 0
    fc.assert(
      fc.property(seed, message, fc.nat(7), fc.nat(7), (secret, text, i, j) => {
        const { scalar } = ed25519.utils.getExtendedPublicKey(secret)
        const t = torsion[i] ?? Point.ZERO
        const key = Point.BASE.multiply(scalar).add(t).toBytes()
        const nonce = 1n + bytesToNumberLE(secret.subarray(0, 16))
        const r = Point.BASE.multiply(nonce).add(torsion[j] ?? Point.ZERO)
        const k = challenge(r.toBytes(), key, text)
        const signature = concat(r.toBytes(), numberToBytesLE(Point.Fn.create(nonce + k * scalar), 32))
        const holds = t
          .multiplyUnsafe(k % 8n)
          .negate()
          .equals(torsion[j] ?? Point.ZERO)
        expect(verdict(signature, text, key)).toBe(holds)
        if (holds) accepted++
        else refused++
      }),
      { numRuns: 300, seed: 1 },
    )
    expect(accepted).toBeGreaterThan(10)
    expect(refused).toBeGreaterThan(100)
  })

  it('refuse keys that are on no point of the curve', () => {
    const offCurve = Array.from({ length: 20 }, (_, i) => numberToBytesLE(BigInt(i + 2), 32)).filter(
      (key) => !isSoundPublicKey(key),
    )
    expect(offCurve.length).toBeGreaterThan(5)
    for (const key of offCurve) {
      expect(verdict(new Uint8Array(64), new Uint8Array(), key)).toBe(false)
      expect(() => checkPublicKey(key)).toThrow(expect.objectContaining({ name: 'IdentityError', code: 'weak_key' }))
    }
  })
})

it('sign as RFC 8032 §7.1 test 3', () => {
  const secret = fromHex('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7', 32)
  const expected =
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'
  expect(native.ed25519Signer(secret)(fromHex('af82', 2))).toEqual(fromHex(expected, 64))
})
