import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  fromBase64url,
  fromHex,
  IdentityError,
  jcs,
  normaliseFullHandle,
  normaliseIdentifier,
  normalisePrimary,
  parseAuthHeader,
  parseFullHandle,
  parseIdentifier,
  parseJson,
  parseNewHandle,
  parsePrimary,
  parseTimestamp,
  phraseToSeed,
  signingKeyFromSeed,
  verifyEnvelope,
  verifyNatsToken,
  verifyRegistration,
  verifyTransportBinding,
} from './index.ts'

const onlyOwnErrors = (read: () => unknown): void => {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(IdentityError)
  }
}

const { primary } = signingKeyFromSeed(new Uint8Array(32))
const login = { server: 'kez.test', nkey: 'UABC', nonce: 'YgeP11ny0UHcH3U' }
const rules = { now: 0, server: 'kez.test' }

const textParsers: Record<string, (text: string) => unknown> = {
  fromHex: (text) => fromHex(text, 2),
  fromBase64url: (text) => fromBase64url(text, 20),
  parseJson: (text) => parseJson(text, 30),
  parseIdentifier,
  normaliseIdentifier,
  parsePrimary,
  normalisePrimary,
  parseNewHandle,
  parseFullHandle,
  normaliseFullHandle: (text) => normaliseFullHandle(text, 'kez.test'),
  parseTimestamp,
  parseAuthHeader,
  phraseToSeed,
  verifyNatsToken: (text) => verifyNatsToken(text, login, 0),
  verifyTransportBinding: (text) => verifyTransportBinding({ nostr: text, proof: text }, primary, 'kez.test'),
}

it.each(Object.entries(textParsers))('%s refuses bad text with errors of its own only', (_, parse) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'ed25519:@ 0aAzZ-_.\n\0\ud800{}"é'), maxLength: 60 }),
  )
  fc.assert(
    fc.property(text, (value) => onlyOwnErrors(() => parse(value))),
    { numRuns: 200 },
  )
})

it('documents of any shape are refused with errors of this library only', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    maxDepth: 4,
  })
  const nearly = fc.record({
    kez: fc.constantFrom('handle_registration', 'claim'),
    payload: fc.record({
      type: fc.constantFrom('kez.chat.handle_registration', 1),
      version: fc.constantFrom(1, 2),
      primary: fc.constantFrom(primary, 'ed25519:x', 5),
      handle: anything,
    }),
    signature: fc.record({
      alg: fc.constantFrom('ed25519-sha512-jcs', null),
      key: fc.constantFrom(primary, 'ed25519:x', 5),
      sig: fc.constantFrom('00'.repeat(64), '', 7),
    }),
  })
  fc.assert(
    fc.property(fc.oneof(anything, nearly), (value) => {
      onlyOwnErrors(() => jcs(value))
      onlyOwnErrors(() => verifyRegistration(value, rules))
      onlyOwnErrors(() => verifyEnvelope(value, { kez: 'claim', type: 'kez.claim', version: 1 }))
    }),
    { numRuns: 500 },
  )
})
