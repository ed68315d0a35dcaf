import {
  createNatsToken,
  envelopeHash,
  fromHex,
  inboxAuthText,
  jcs,
  mutationAuthText,
  parseHandle,
  parsePrimary,
  parseTimestamp,
  type SignedPayload,
  signEnvelope,
  signingKeyFromSeed,
  signRequest,
  streamAuthText,
  toHex,
  utf8,
  verifyEnvelope,
  verifyNatsToken,
  verifyRegistration,
  verifyRequest,
} from '../../libs/identity/src/index.ts'
import { addressOf, transportKeyFromSeed } from '../../libs/messaging/src/index.ts'
import vectors from '../../vectors/identity.json' with { type: 'json' }
import { refused, same, type VectorCheck } from './check.ts'

const seed = fromHex(vectors.seed, 32)
const key = signingKeyFromSeed(seed)
const primary = parsePrimary(vectors.primary)
const CLAIM = { kez: 'claim', type: 'kez.claim', version: 1 }
const EVENT = { kez: 'sigchain_event', type: 'kez.sigchain.event', version: 1 }
const NOW = parseTimestamp('2026-05-25T03:04:00Z')

/** Signs the payload of a published envelope anew and expects the published bytes. */
const reproduces = (envelope: { kez: string; payload: Omit<SignedPayload, 'primary'>; signature: unknown }): void => {
  same(jcs(signEnvelope(envelope.kez, { ...envelope.payload, primary }, key)), jcs(envelope))
}

const documents: VectorCheck[] = [
  { name: 'the seed gives the primary', run: () => same(key.primary, vectors.primary) },
  {
    name: 'the claim has the published canonical form',
    run: () => same(jcs(vectors.claim.payload), vectors.claim_jcs),
  },
  { name: 'the claim is signed as published', run: () => reproduces(vectors.claim) },
  { name: 'the claim verifies', run: () => same(verifyEnvelope(vectors.claim, CLAIM).primary, vectors.primary) },
  {
    name: 'an altered claim is refused',
    run: () =>
      refused(
        () => verifyEnvelope({ ...vectors.claim, payload: { ...vectors.claim.payload, subject: 'github:eve' } }, CLAIM),
        'invalid_signature',
      ),
  },
  {
    name: 'each sigchain event verifies, is signed as published and names the one before it',
    run: () => {
      let prev: string | undefined
      for (const [seq, event] of vectors.sigchain.entries()) {
        const payload = verifyEnvelope(event, EVENT)
        same(payload.seq, seq)
        same(payload.prev, prev)
        reproduces(event)
        prev = envelopeHash(event)
      }
      same(vectors.sigchain.length, 2)
    },
  },
  { name: 'the registration is signed as published', run: () => reproduces(vectors.registration) },
  {
    name: 'the registration passes every check',
    run: () => {
      const registration = verifyRegistration(vectors.registration, { now: NOW, server: 'kez.test' })
      same(registration.handle, 'alice')
      same(registration.primary, vectors.primary)
    },
  },
  { name: 'the primary gives the relay address', run: () => same(addressOf(primary), vectors.addr) },
  {
    name: 'the seed gives the transport key',
    run: () => same(toHex(transportKeyFromSeed(seed).secret), vectors.transport_secret),
  },
]

const alice = parseHandle('alice')
const proofsBody = utf8('{"proofs":["github:alice"]}')
const proofs = { server: 'kez.test', method: 'PUT', path: '/v1/profile/alice/proofs' }
const texts = [inboxAuthText(alice, 7), mutationAuthText(proofs, proofsBody), streamAuthText(alice)]

const requests = texts.map((text, i): VectorCheck => {
  const vector = vectors.request_auth[i]
  return {
    name: `request auth ${i} has the published text and header, and verifies`,
    run: () => {
      same(text, vector?.text)
      same(signRequest(text, key, 1_770_000_000_000), vector?.header)
      same(verifyRequest(text, vector?.header, primary, 1_770_000_030_000).ts, vector?.ts)
    },
  }
})

const login = vectors.nats_token
const nats: VectorCheck[] = [
  {
    name: 'the bus login token is signed as published and verifies',
    run: () => {
      same(createNatsToken(login, key, login.ts * 1000), login.token)
      same(verifyNatsToken(login.token, login, login.ts * 1000), vectors.primary)
    },
  },
  {
    name: 'a bus login token for another nonce is refused',
    run: () =>
      refused(
        () => verifyNatsToken(login.token, { ...login, nonce: 'AAAAAAAAAAA' }, login.ts * 1000),
        'invalid_signature',
      ),
  },
]

/** identity.json, through the public functions of both libraries. */
export const identityChecks: VectorCheck[] = [
  ...documents,
  ...requests,
  ...nats,
  {
    name: 'no request text of the vectors is left out',
    run: () => same(vectors.request_auth.length, texts.length),
  },
]
