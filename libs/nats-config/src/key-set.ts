import { createCalloutXkey, createIssuerNkey, createUserNkey, type Nkey } from './nkeys.ts'
import { type NatsUser, ofEachNatsUser } from './permissions.ts'

/** What the files of a key are called: `<name>.nk` the seed, `<name>.pub` its public key. */
export type NatsKeyName = NatsUser | 'auth-issuer' | 'auth-xkey'

/** One value of each key that a server of ours has. */
export type NatsKeySet<T> = {
  /** Of each static user. */
  readonly users: Readonly<Record<NatsUser, T>>
  /** Of the auth callout: the account key that signs people in, and the curve key that requests are sealed for. */
  readonly callout: { readonly issuer: T; readonly xkey: T }
}

/** Goes through all keys of a server; `create` makes a new one of the kind that is wanted. */
export const ofEachNatsKey = <T>(take: (name: NatsKeyName, create: () => Nkey) => T): NatsKeySet<T> => ({
  users: ofEachNatsUser((user) => take(user, createUserNkey)),
  callout: { issuer: take('auth-issuer', createIssuerNkey), xkey: take('auth-xkey', createCalloutXkey) },
})
