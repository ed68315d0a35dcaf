import { Primary, primaryHex } from '@kez-chat/contracts'
import { encodePublicNkey } from '@kez-chat/nats-jwt'
import { type App, createLog } from '@kez-chat/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { metric, newKey, silent, startWorld, type World } from '../rig.ts'
import { login, loginWith, newPerson, openClient, outcomeOf } from './logins.ts'

let world: World
let auth: App
beforeAll(async () => {
  world = await startWorld()
  await world.startRegistry()
  auth = await world.startAuth()
})
afterAll(() => world?.stop())

const refusedFor = (reason: string): Promise<number> => metric(auth, 'kez_auth_logins_total', `reason="${reason}"`)

/** The attempt stays out, and the responder says this is why. */
const expectRefusal = async (attempt: Promise<string>, reason: string): Promise<void> => {
  const before = await refusedFor(reason)
  expect(await attempt).toMatch(/authorization violation/i)
  expect(await refusedFor(reason)).toBe(before + 1)
}

test('a registered identity logs in with a throw-away nkey and a token', async () => {
  const before = await metric(auth, 'kez_auth_logins_total', 'outcome="admitted"')
  const client = await openClient(world, await newPerson(world))
  await client.connection.flush()
  await client.close()
  expect(await metric(auth, 'kez_auth_logins_total', 'outcome="admitted"')).toBe(before + 1)
})

test('somebody who registered a moment ago is let in at once', async () => {
  for (let i = 0; i < 20; i++) expect(await outcomeOf(login(world, await newPerson(world)))).toBe('in')
})

describe('stays out, with the reason in the log of the broker and not at the client:', () => {
  test('nobody in particular', () => expectRefusal(outcomeOf(loginWith(world, () => ({}))), 'no_nkey'))

  test('an nkey without a token', () =>
    expectRefusal(outcomeOf(loginWith(world, ({ nkey, nonce, sign }) => ({ nkey, sig: sign(nonce) }))), 'no_token'))

  test('a wrong signature over the nonce', async () => {
    const key = await newPerson(world)
    await expectRefusal(
      outcomeOf(
        loginWith(world, ({ nkey, nonce, sign, token }) => ({ nkey, sig: sign(`${nonce}x`), auth_token: token(key) })),
      ),
      'bad_nonce_signature',
    )
  })

  test('a login that was seen on the wire and is sent again on another connection', async () => {
    const key = await newPerson(world)
    let seen = {}
    await (
      await loginWith(world, ({ nkey, nonce, sign, token }) => {
        seen = { nkey, sig: sign(nonce), auth_token: token(key) }
        return seen
      })
    ).close()
    await expectRefusal(outcomeOf(loginWith(world, () => seen)), 'bad_nonce_signature')
  })

  test('a token that was seen on the wire, with an nkey of the thief', async () => {
    const key = await newPerson(world)
    let stolen = ''
    await (
      await loginWith(world, ({ nkey, nonce, sign, token }) => {
        stolen = token(key)
        return { nkey, sig: sign(nonce), auth_token: stolen }
      })
    ).close()
    await expectRefusal(
      outcomeOf(loginWith(world, ({ nkey, nonce, sign }) => ({ nkey, sig: sign(nonce), auth_token: stolen }))),
      'bad_token_signature',
    )
  })

  test.each([
    ['for another server', { server: 'other.example.org' }],
    ['for another nonce', { nonce: 'YgeP11ny0UHcH3U' }],
  ])('a token %s', async (_, change) => {
    const key = await newPerson(world)
    await expectRefusal(
      outcomeOf(
        loginWith(world, ({ nkey, nonce, sign, token }) => ({
          nkey,
          sig: sign(nonce),
          auth_token: token(key, change),
        })),
      ),
      'bad_token_signature',
    )
  })

  test('a token that is none', () =>
    expectRefusal(
      outcomeOf(loginWith(world, ({ nkey, nonce, sign }) => ({ nkey, sig: sign(nonce), auth_token: 'hunter2' }))),
      'malformed_token',
    ))

  test('a key that nobody registered', () => expectRefusal(outcomeOf(login(world, newKey())), 'unknown_identity'))

  test('an identity key that signs the nonce itself, unless that is allowed', async () => {
    const key = await newPerson(world)
    const byIdentity = (name?: string) =>
      outcomeOf(
        loginWith(
          world,
          ({ nonce }) => ({
            nkey: encodePublicNkey('user', key.publicKey),
            sig: Buffer.from(key.sign(Buffer.from(nonce))).toString('base64url'),
          }),
          name === undefined ? {} : { name },
        ),
      )
    await expectRefusal(byIdentity('ab'.repeat(16)), 'no_token')
    await auth.stop()
    auth = await world.startAuth({ KEZ_AUTH_ALLOW_IDENTITY_NKEY: 'true' })
    expect(await byIdentity('ab'.repeat(16))).toBe('in')
    await expectRefusal(byIdentity('a-name-that-others-can-guess'), 'no_reply_name')
    await auth.stop()
    auth = await world.startAuth()
  })
})

test('one identity cannot keep the broker busy with logins; others are not held up', async () => {
  await auth.stop()
  auth = await world.startAuth({ KEZ_AUTH_LOGINS_PER_MINUTE: '3' })
  const [key, other] = [await newPerson(world), await newPerson(world)]
  for (let i = 0; i < 3; i++) expect(await outcomeOf(login(world, key))).toBe('in')
  await expectRefusal(outcomeOf(login(world, key)), 'too_many_logins')
  expect(await outcomeOf(login(world, other))).toBe('in')
  await auth.stop()
  auth = await world.startAuth()
})

test('no log line shows a key, a handle, a token or a nonce', async () => {
  const lines: string[] = []
  const log = createLog('auth', 'trace', { write: (line) => void lines.push(line) })
  await auth.stop()
  auth = await world.startAuth({}, log)
  const key = await newPerson(world)
  let secrets: string[] = []
  const nc = await loginWith(world, ({ nkey, nonce, sign, token }) => {
    secrets = [nkey, nonce, sign(nonce), token(key)]
    return { nkey, sig: sign(nonce), auth_token: token(key) }
  })
  await nc.close()
  await outcomeOf(login(world, newKey()))
  await auth.stop()
  const text = lines.join('')
  expect(text).toContain('a person has logged in')
  for (const secret of [...secrets, primaryHex(Primary.parse(key.primary)), 'person'.concat('1')])
    expect(text).not.toContain(`"${secret}`)
  auth = await world.startAuth({}, silent)
})
