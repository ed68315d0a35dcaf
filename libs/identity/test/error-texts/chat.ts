import {
  createNatsToken,
  createTransportBinding,
  inboxAuthText,
  mutationAuthText,
  parseAuthHeader,
  parseFullHandle,
  parseNewHandle,
  signEnvelope,
  signRequest,
  streamAuthText,
  toBase64url,
  utf8,
  verifyNatsToken,
  verifyRegistration,
  verifyRequest,
  verifyTransportBinding,
} from '../../src/index.ts'
import { at, base, key } from './fixtures.ts'
import type { Refusal } from './refusal.ts'

const registrationFields = { ...base, type: 'kez.chat.handle_registration', handle: 'alice', server: 'kez.test' }
const register = (fields: object, now = at) =>
  verifyRegistration(signEnvelope('handle_registration', { ...registrationFields, ...fields }, key), {
    now,
    server: 'kez.test',
  })
const login = { server: 'kez.test', nkey: `U${'A'.repeat(55)}`, nonce: 'YgeP11ny0UHcH3U' }
const token = (fields: object) =>
  toBase64url(utf8(JSON.stringify({ v: 1, primary: key.primary, ts: at / 1000, sig: '00'.repeat(64), ...fields })))
const alice = parseNewHandle('alice')
const inbox = streamAuthText(alice)
const binding = createTransportBinding(new Uint8Array(32).fill(1), key.primary, 'kez.test')

/** Chat: handles, registration, requests, logins. */
export const chatRefusals: readonly Refusal[] = [
  [
    () => parseNewHandle('al'),
    'handle_invalid',
    'a handle is 3 to 32 of a-z, 0-9, _ and -, and starts with a letter or digit',
  ],
  [() => parseNewHandle('admin'), 'handle_reserved', 'this handle is reserved'],
  [() => parseFullHandle('alice'), 'malformed', 'a full handle is handle@server'],
  [() => parseFullHandle('alice@-'), 'malformed', 'the part after @ is not the name of a server'],
  [() => register({ note: 1 }), 'malformed', 'the payload is { type, version, handle, primary, server, created_at }'],
  [() => register({ server: 'kez.example' }), 'wrong_server', 'the registration is for another server'],
  [() => register({}, at + 3_600_000), 'stale_timestamp', "created_at is more than 5 minutes from the server's clock"],
  [() => parseAuthHeader(undefined), 'unauthorized', 'the request needs X-KEZ-Auth: <unix seconds>:<signature as hex>'],
  [
    () => verifyRequest(inbox, signRequest(inbox, key, at), key.primary, at + 61_000),
    'stale_auth',
    "the signed time is more than 60 seconds from the server's clock",
  ],
  [() => inboxAuthText(alice, -1), 'malformed', 'since is a whole number from 0'],
  [
    () => mutationAuthText({ server: '', method: 'PUT', path: '/' }),
    'malformed',
    'a signed request text has an empty, too long or many-line field',
  ],
  [
    () => mutationAuthText({ server: 'a', method: 'put', path: '/' }),
    'malformed',
    'a signed request has an upper-case method and an absolute path',
  ],
  [() => createNatsToken({ ...login, nonce: '' }, key, at), 'malformed', 'the nonce is not one this server would give'],
  [() => createNatsToken({ ...login, nkey: '' }, key, at), 'malformed', 'the nkey is not a public user key'],
  [() => verifyNatsToken(token({ x: 1 }), login, at), 'malformed', 'a login token is { v, primary, ts, sig }'],
  [() => verifyNatsToken(token({ v: 2 }), login, at), 'unknown_version', 'expected a login token of version 1'],
  [
    () => verifyNatsToken(token({ ts: '' }), login, at),
    'malformed',
    'a login token has a primary, a time in unix seconds and a signature in hex',
  ],
  [
    () => verifyNatsToken(token({ ts: 0 }), login, at),
    'stale_auth',
    "the login token is more than 60 seconds from the server's clock",
  ],
  [() => createTransportBinding(new Uint8Array(32), key.primary, 'kez.test'), 'invalid', 'not a secp256k1 secret key'],
  [
    () => verifyTransportBinding({ nostr: '', proof: '' }, key.primary, 'kez.test'),
    'malformed',
    'nostr is 64 and proof 128 lower-case hex digits',
  ],
  [
    () => verifyTransportBinding(binding, key.primary, 'kez.other'),
    'invalid',
    'the proof does not bind this transport key to this identity at this server',
  ],
]
