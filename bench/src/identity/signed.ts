import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { fromHex, jcsBytes, type PrimaryId, publicKeyOf, type SigningKey, signingKeyFromSeed } from '@kez-chat/identity'

/** What the bare part needs of a signed document: everything decoded and canonicalised before the clock starts. */
export type BareSignature = { message: Uint8Array; signature: Uint8Array; publicKey: Uint8Array; key: KeyObject }

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** The key as the bare part imports it. */
export const importKey = (publicKey: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })

export const bareSignature = (
  document: { payload: object; signature: { sig: string } },
  primary: PrimaryId,
): BareSignature => {
  const publicKey = publicKeyOf(primary)
  const signature = fromHex(document.signature.sig, 64)
  return { message: jcsBytes(document.payload), signature, publicKey, key: importKey(publicKey) }
}

/** The bare native verify: nothing but the equation. */
export const verifyBare = ({ message, signature, key }: BareSignature): boolean => verify(null, message, key, signature)

/** Key number `n`, always the same. */
export const benchKey = (n: number): SigningKey => {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, n + 1)
  return signingKeyFromSeed(seed)
}

/** CPU time of this process so far, in milliseconds. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/**
 * Calls of `act` over `items` per second of this process's CPU time, again and again for `ms` of it: what other
 * processes do meanwhile does not count.
 */
export const ratePerSecond = <Item>(items: readonly Item[], act: (item: Item) => unknown, ms: number): number => {
  const started = cpuMs()
  let calls = 0
  let elapsed = 0
  while (elapsed < ms) {
    for (const item of items) act(item)
    calls += items.length
    elapsed = cpuMs() - started
  }
  return (calls / elapsed) * 1_000
}
