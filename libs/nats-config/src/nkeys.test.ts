import { fromPublic, fromSeed } from '@nats-io/nkeys'
import { expect, it } from 'vitest'
import { ofEachNatsKey } from './key-set.ts'
import { createUserNkey, nkeyOfSeed } from './nkeys.ts'
import { natsUsers } from './permissions.ts'

it('makes seeds and public keys that the stock library reads and that belong together', () => {
  for (let i = 0; i < 50; i++) {
    const { seed, publicKey } = createUserNkey()
    const pair = fromSeed(new TextEncoder().encode(seed))
    expect(pair.getPublicKey()).toBe(publicKey)
    const challenge = new TextEncoder().encode(`nonce ${i}`)
    expect(fromPublic(publicKey).verify(challenge, pair.sign(challenge))).toBe(true)
  }
})

it('makes a different key each time', () => {
  expect(new Set(Array.from({ length: 20 }, () => createUserNkey().seed)).size).toBe(20)
})

it('finds the public key again from the seed, of every kind that a server has', () => {
  const { users, callout } = ofEachNatsKey((_, create) => create())
  expect(Object.keys(users).toSorted()).toEqual(natsUsers.toSorted())
  for (const key of [...Object.values(users), callout.issuer, callout.xkey]) expect(nkeyOfSeed(key.seed)).toEqual(key)
})
