import { createNkey } from '@kez-chat/nats-jwt'

/** An nkey of a NATS user: seed `SU…` (58 characters, secret) and public key `U…` (56 characters). */
export type UserNkey = { seed: string; publicKey: string }

/** Makes a new user nkey from the system's randomness. */
export const createUserNkey = (): UserNkey => createNkey('user')
