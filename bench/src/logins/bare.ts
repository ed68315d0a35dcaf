import { createPrivateKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { decodePublicNkey, decodeSeed } from '@kez-chat/nats-jwt'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { importKey } from '../identity/signed.ts'
import type { Login, Parties } from './login.ts'

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** What the cryptography of a login works on, with every key imported before the clock starts. */
export type BareLogin = {
  readonly serverKey: KeyObject
  readonly accountKey: KeyObject
  readonly clientKey: KeyObject
  readonly boxKey: Uint8Array
  readonly box: { nonce: Uint8Array; sealed: Uint8Array }
  readonly request: { message: Uint8Array; signature: Uint8Array }
  readonly nonce: { message: Uint8Array; signature: Uint8Array }
  /** Bytes of the user JWT, the response around it and the message that is sealed. */
  readonly userJwt: Uint8Array
  readonly response: Uint8Array
  readonly answer: Uint8Array
}

const split = (jwt: string): { message: Buffer; signature: Buffer } => {
  const at = jwt.lastIndexOf('.')
  return { message: Buffer.from(jwt.slice(0, at)), signature: Buffer.from(jwt.slice(at + 1), 'base64url') }
}

/** The same login as ours, taken apart; `answer` is what ours sealed. */
export const bareLogin = (login: Login, parties: Parties, answer: Uint8Array): BareLogin => {
  const { seed } = decodeSeed(parties.accountSeed, 'account')
  const response = Buffer.from(parties.serverXkey.open(answer, parties.xkey.publicKey)).toString()
  const claims: unknown = JSON.parse(Buffer.from(response.split('.')[1] ?? '', 'base64url').toString())
  const boxKey = randomBytes(32)
  const nonce = randomBytes(24)
  return {
    serverKey: importKey(decodePublicNkey(parties.server.publicKey).key),
    accountKey: createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' }),
    clientKey: importKey(decodePublicNkey(login.nkey).key),
    boxKey,
    box: { nonce, sealed: xsalsa20poly1305(boxKey, nonce).encrypt(Buffer.from(login.request)) },
    request: split(login.request),
    nonce: { message: Buffer.from(login.nonce), signature: login.signature },
    userJwt: split(userJwtIn(claims)).message,
    response: split(response).message,
    answer: Buffer.from(response),
  }
}

const userJwtIn = (claims: unknown): string => {
  if (typeof claims !== 'object' || claims === null || !('nats' in claims)) return ''
  const { nats } = claims
  if (typeof nats !== 'object' || nats === null || !('jwt' in nats)) return ''
  return typeof nats.jwt === 'string' ? nats.jwt : ''
}

/** Two verifies, two signs, one box opened and one sealed, and nothing else. */
export const bareCrypto = (login: BareLogin): Uint8Array => {
  xsalsa20poly1305(login.boxKey, login.box.nonce).decrypt(login.box.sealed)
  const known = verify(null, login.request.message, login.serverKey, login.request.signature)
  const held = verify(null, login.nonce.message, login.clientKey, login.nonce.signature)
  if (!known || !held) throw new TypeError('a login of the bench does not verify')
  sign(null, login.userJwt, login.accountKey)
  sign(null, login.response, login.accountKey)
  return xsalsa20poly1305(login.boxKey, randomBytes(24)).encrypt(login.answer)
}
