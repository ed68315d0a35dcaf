import { createNkey, createXkey } from '@kez-chat/nats-jwt'

/** An nkey: seed `S…` (58 characters, secret) and public key (56 characters). */
export type Nkey = { seed: string; publicKey: string }

/** Makes a new nkey of a NATS user (`SU…`, `U…`) from the system's randomness. */
export const createUserNkey = (): Nkey => createNkey('user')

/** Makes the account key by which the auth responder signs people in (`SA…`, `A…`). */
export const createIssuerNkey = (): Nkey => createNkey('account')

/** Makes the curve key for which servers seal login requests (`SX…`, `X…`). */
export const createCalloutXkey = (): Nkey => createXkey()
