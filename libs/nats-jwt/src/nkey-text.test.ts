import { fromPublic, fromSeed } from '@nats-io/nkeys'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allKinds, bytesOf, seedText, stockPair } from '../test/oracle.ts'
import { refusal } from '../test/refusal.ts'
import { decodePublicNkey, decodeSeed, encodePublicNkey, encodeSeed } from './nkey-text.ts'

const raw = fc.uint8Array({ minLength: 32, maxLength: 32 })
const kinds = fc.constantFrom(...allKinds)
const base32Char = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')

const replaceAt = (text: string, at: number, char: string): string => text.slice(0, at) + char + text.slice(at + 1)

describe.each(allKinds)('nkeys of a %s', (kind) => {
  it('are read as the stock library writes them', () => {
    const pair = stockPair(kind)
    const { key } = decodePublicNkey(pair.getPublicKey(), kind)
    expect(encodePublicNkey(kind, key)).toBe(pair.getPublicKey())
    const { seed } = decodeSeed(seedText(pair), kind)
    expect(encodeSeed(kind, seed)).toBe(seedText(pair))
  })

  it('are written as the stock library reads them', () => {
    fc.assert(
      fc.property(raw, (seed) => {
        const text = encodeSeed(kind, seed)
        expect(seedText(fromSeed(bytesOf(text)))).toBe(text)
      }),
      { numRuns: 10 },
    )
    const nkey = encodePublicNkey(kind, new Uint8Array(32).fill(7))
    expect(fromPublic(nkey).getPublicKey()).toBe(nkey)
  })
})

it('gives back the kind and the bytes that an nkey was made of', () => {
  fc.assert(
    fc.property(kinds, raw, (kind, key) => {
      const open = decodePublicNkey(encodePublicNkey(kind, key))
      const secret = decodeSeed(encodeSeed(kind, key))
      expect([open.kind, secret.kind]).toEqual([kind, kind])
      expect([...open.key, ...secret.seed]).toEqual([...key, ...key])
    }),
  )
})

it('refuses an nkey with any one character changed', () => {
  fc.assert(
    fc.property(kinds, raw, fc.nat(57), base32Char, (kind, key, at, char) => {
      const nkey = encodePublicNkey(kind, key)
      const seed = encodeSeed(kind, key)
      fc.pre(nkey[at % 56] !== char && seed[at] !== char)
      expect(refusal(() => decodePublicNkey(replaceAt(nkey, at % 56, char)))).toBe('bad_checksum')
      // The last of 58 characters holds two unused bits.
      expect(['bad_checksum', 'malformed']).toContain(refusal(() => decodeSeed(replaceAt(seed, at, char))))
    }),
  )
})

it('refuses whatever is no nkey with an error of its own', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.array(base32Char, { minLength: 54, maxLength: 60 })), (input) => {
      const text = typeof input === 'string' ? input : input.join('')
      expect(refusal(() => decodePublicNkey(text))).not.toBe('accepted')
      expect(refusal(() => decodeSeed(text))).not.toBe('accepted')
    }),
  )
})

it('takes one spelling only: upper case, no padding, no stray bits, the exact length', () => {
  const key = new Uint8Array(32).fill(5)
  const nkey = encodePublicNkey('user', key)
  const seed = encodeSeed('user', key)
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(seed.at(-1) ?? '')
  const stray = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[last ^ 1] ?? ''
  expect(refusal(() => decodePublicNkey(nkey.toLowerCase()))).toBe('malformed')
  expect(refusal(() => decodePublicNkey(`${nkey}=`))).toBe('too_large')
  expect(refusal(() => decodePublicNkey(nkey.slice(1)))).toBe('malformed')
  expect(refusal(() => decodeSeed(seed.slice(0, -1) + stray))).toBe('malformed')
  expect(refusal(() => decodePublicNkey('A'.repeat(1 << 20)))).toBe('too_large')
})

it('tells a sound nkey of another kind, and a seed from a public key', () => {
  const key = new Uint8Array(32)
  expect(refusal(() => decodePublicNkey(encodePublicNkey('account', key), 'user'))).toBe('wrong_kind')
  expect(refusal(() => decodeSeed(encodeSeed('account', key), 'user'))).toBe('wrong_kind')
  expect(refusal(() => decodePublicNkey(encodeSeed('user', key)))).toBe('too_large')
})

it('encodes nothing but 32 bytes', () => {
  expect(refusal(() => encodePublicNkey('user', new Uint8Array(31)))).toBe('malformed')
  expect(refusal(() => encodeSeed('user', new Uint8Array(33)))).toBe('malformed')
})
