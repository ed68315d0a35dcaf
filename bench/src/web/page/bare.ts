import { type Bytes, concat, randomBytes, utf8 } from '@kez-chat/identity'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { count, reader, readerSeed, sender, senderSeed } from './people.ts'

type Sealed = { readonly eph: Uint8Array; readonly nonce: Bytes; readonly ct: ArrayBuffer; readonly sig: Uint8Array }

const info = utf8('kez-chat-msg-v2')
const message = utf8('x'.repeat(330))
const padded = new Uint8Array(new ArrayBuffer(512))
const readerSecret = ed25519.utils.toMontgomerySecret(readerSeed)

const aesKey = async (shared: Uint8Array, nonce: Bytes, eph: Uint8Array, usage: KeyUsage): Promise<CryptoKey> => {
  const raw = Uint8Array.from(hkdf(sha256, shared, nonce, concat(info, eph, reader.exchangeKey), 32))
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, [usage])
}

/** The primitives under one sealed message, on bytes that lie ready: one signature, two curve products, HKDF, AES-GCM. */
const sealOne = async (): Promise<Sealed> => {
  const sig = ed25519.sign(message, senderSeed)
  const secret = randomBytes(32)
  const nonce = randomBytes(12)
  const eph = x25519.getPublicKey(secret)
  const shared = x25519.getSharedSecret(secret, ed25519.utils.toMontgomery(reader.publicKey))
  const key = await aesKey(shared, nonce, eph, 'encrypt')
  return { eph, nonce, sig, ct: await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, padded) }
}

export const sealBare = async (): Promise<Sealed[]> => {
  const sealed: Sealed[] = []
  for (let n = 0; n < count; n++) sealed.push(await sealOne())
  return sealed
}

/** The primitives under opening: one curve product, HKDF, AES-GCM, one verification. */
export const openBare = async (sealed: readonly Sealed[]): Promise<void> => {
  for (const { eph, nonce, ct, sig } of sealed) {
    const key = await aesKey(x25519.getSharedSecret(readerSecret, eph), nonce, eph, 'decrypt')
    await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, key, ct)
    if (!ed25519.verify(sig, message, sender.publicKey)) throw new Error('the signature does not verify')
  }
}
