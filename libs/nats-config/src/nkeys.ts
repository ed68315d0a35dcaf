import { createNkey, createXkey, signerFromSeed, xkeyFromSeed } from '@kez-chat/nats-jwt'

/** An nkey: seed `S…` (58 characters, secret) and public key (56 characters). */
export type Nkey = { seed: string; publicKey: string }

/** Makes a new nkey of a NATS user (`SU…`, `U…`) from the system's randomness. */
export const createUserNkey = (): Nkey => createNkey('user')

/** Makes the account key by which the auth responder signs people in (`SA…`, `A…`). */
export const createIssuerNkey = (): Nkey => createNkey('account')

/** Makes the curve key for which servers seal login requests (`SX…`, `X…`). */
export const createCalloutXkey = (): Nkey => createXkey()

/**
 * The nkey of a seed, so that a seed alone is enough to keep.
 * @throws NatsJwtError when it is none
 */
export const nkeyOfSeed = (seed: string): Nkey => ({
  seed,
  publicKey: (seed.startsWith('SX') ? xkeyFromSeed(seed) : signerFromSeed(seed)).publicKey,
})
