import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { jcsBytes, publicKeyOf, toHex } from '@kez-chat/identity'
import { createAuthorKey, exchangeKeyOf } from '@kez-chat/messaging'
import { createMessageEvent } from '@kez-chat/messaging/nostr'
import { expect, test } from 'vitest'
import { newPerson, type Person, startClient } from './clients.ts'
import { poolOf, startRelay } from './relays.ts'

/** An envelope of version 1, as old clients made them. */
const sealOld = (from: Person, to: Person, text: string): Record<string, unknown> => {
  const nonce = randomBytes(12)
  const shared = from.key.agree(exchangeKeyOf(publicKeyOf(to.key.primary)))
  const cipher = createCipheriv(
    'aes-256-gcm',
    Buffer.from(hkdfSync('sha256', shared, nonce, 'kez-chat-msg-v1', 32)),
    nonce,
  )
  const ct = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url')
  const unsigned = { v: 1, from: from.key.primary, to: to.key.primary, nonce: nonce.toString('hex'), ct }
  return { ...unsigned, sig: toHex(from.key.sign(jcsBytes(unsigned))) }
}

test.each([
  {
    when: 'within the migration window',
    courier: { migrationUntil: '2999-01-01T00:00:00Z' },
    shown: ['from an old client'],
  },
  { when: 'after it', courier: { migrationUntil: '2020-01-01T00:00:00Z' }, shown: [] },
  { when: 'without one', courier: {}, shown: [] },
])('a message of version 1 is opened $when: $shown', async ({ courier, shown }) => {
  const relay = await startRelay()
  const [old, bob] = [newPerson(), newPerson()]
  const envelope = sealOld(old, bob, 'from an old client')
  const pool = poolOf([relay])
  // The same one by two authors: it has no id of its own, and counts once all the same.
  for (const author of [createAuthorKey(), createAuthorKey()]) {
    await pool.publish(createMessageEvent({ envelope, to: bob.key.primary, at: Date.now() }, author)).accepted
  }
  const reading = await startClient(bob, { relays: [relay.url], courier })
  const refused = shown.length > 0 ? 0 : 2
  await expect.poll(() => [reading.texts(), reading.refusals.length]).toEqual([shown, refused])
  expect(reading.refusals.map(({ code }) => code)).toEqual(Array(refused).fill('migration_over'))
  const acks = () => relay.stored().filter(({ kind }) => kind === 4244)
  if (shown.length > 0) await expect.poll(acks).toHaveLength(1)
  else await new Promise((resolve) => setTimeout(resolve, 500))
  expect(acks()).toHaveLength(shown.length)
})
