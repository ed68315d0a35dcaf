import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNkey, createXkey } from '@kez-chat/nats-jwt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from './config.ts'
import { readAuthKeys } from './keys.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kez-test-keys-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}

const read = (change: Record<string, string> = {}) =>
  readAuthKeys(
    loadConfig({
      KEZ_AUTH_NATS_SEED_FILE: 'unused',
      KEZ_AUTH_READER_NATS_SEED_FILE: 'unused',
      KEZ_AUTH_KICK_NATS_SEED_FILE: 'unused',
      KEZ_AUTH_ISSUER_SEED_FILE: file('issuer.nk', `${createNkey('account').seed}\n`),
      KEZ_AUTH_XKEY_SEED_FILE: file('xkey.nk', `${createXkey().seed}\n`),
      ...change,
    }).config,
  )

test('reads the keys of the callout', async () => {
  const { issuers, xkeys, httpSecret } = await read()
  expect(issuers.map(({ publicKey }) => publicKey)).toEqual([expect.stringMatching(/^A/)])
  expect(xkeys.map(({ publicKey }) => publicKey)).toEqual([expect.stringMatching(/^X/)])
  expect(httpSecret).toBeUndefined()
})

test('says which file is wrong and how, and shows nothing of what is in it', async () => {
  const user = createNkey('user').seed
  const userFile = file('user.nk', user)
  const refusal = await read({ KEZ_AUTH_ISSUER_SEED_FILE: userFile }).catch((error: Error) => error.message)
  expect(refusal).toContain(`the issuer seed file ${userFile} is not usable`)
  expect(refusal).not.toContain(user.slice(2, 12))
  await expect(read({ KEZ_AUTH_XKEY_SEED_FILE: file('x.nk', 'SXjunk') })).rejects.toThrow(
    /the xkey seed file .*not usable/,
  )
  await expect(read({ KEZ_AUTH_XKEY_SEED_FILE: join(dir, 'none') })).rejects.toThrow(
    /the xkey seed file .*cannot be read/,
  )
  await expect(read({ KEZ_AUTH_HTTP_SECRET_FILE: file('short', 'hunter2') })).rejects.toThrow(
    /fewer than 32 characters/,
  )
})
