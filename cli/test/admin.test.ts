import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newPhrase } from '@kez-chat/identity'
import { type Stack, startStack } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kez } from './kez.ts'

const folder = mkdtempSync(join(tmpdir(), 'kez-cli-admin-'))
const secretFile = join(folder, 'operator.secret')
writeFileSync(secretFile, `${randomBytes(32).toString('hex')}\n`)

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ env: { KEZ_REGISTRATION: 'invite', KEZ_OPERATOR_SECRET_FILE: secretFile } })
})
afterAll(async () => {
  await stack?.stop()
  rmSync(folder, { recursive: true })
})

const doctor = (...args: string[]) =>
  kez(['admin', 'doctor', ...args], { env: { KEZ_INTERNAL_URL: stack.internal.gateway } })

it('tells an operator what keeps pushes from coming, and ends with 1 while something does', async () => {
  const { code, out } = await doctor('push')
  expect(code).toBe(1)
  expect(out).toMatch(/^problem +contact +https:\/\/localhost is no contact.*KEZ_VAPID_SUBJECT/m)
  expect(out).toMatch(/^ok +backlog +Nothing waits to be sent\.$/m)
  const { out: json } = await doctor('push', '--json', '--no-probe')
  expect(JSON.parse(json).findings).toContainEqual(expect.objectContaining({ level: 'problem', about: 'contact' }))
})

it.each([
  [['push', 'nobody-here'], 1, /nobody has this handle here/],
  [['mail'], 2, /<what> is push, or an address like/],
  [['push', '--internal', 'x'], 2, /--internal is an address/],
  [['push', '--internal', 'http://127.0.0.1:1'], 3, /was not reached/],
])('kez admin doctor %s', async (args, exit, message) => {
  const { code, err } = await doctor(...args)
  expect(err).toMatch(message)
  expect(code).toBe(exit)
})

const invite = (...args: string[]) =>
  kez(['admin', 'invite', ...args], {
    env: { KEZ_INTERNAL_URL: stack.internal.registry, KEZ_SERVER: stack.url, KEZ_OPERATOR_SECRET_FILE: secretFile },
  })

it('lets the operator invite the first person, who invites the next one, and both take back what they issued', async () => {
  const created = await invite('create')
  expect(created.out).toMatch(new RegExp(`^link +${stack.url}/#/join/[\\w-]{22}\n`))
  const link = created.out.split(/\s+/)[1] ?? ''
  const register = (name: string, stdin: string, ...more: string[]) =>
    kez(['register', name, '--mnemonic', '-', '--json', ...more], { env: { KEZ_SERVER: stack.url }, stdin })
  const [alice, bob] = [newPhrase(12), newPhrase(12)]
  expect(JSON.parse((await register('alice', alice)).err).error.code).toBe('invite_required')
  expect((await register('alice', alice, '--invite', link)).code).toBe(0)
  expect((await invite('list')).out).toMatch(/1 of 1 .* used_up\n$/)
  expect(JSON.parse((await register('bobby', bob, '--invite', link)).err).error.code).toBe('invite_used_up')

  const asAlice = (...args: string[]) =>
    kez(['invite', ...args, '--mnemonic', '-'], { env: { KEZ_SERVER: stack.url }, stdin: alice })
  const made = await asAlice('create', '--uses', '2', '--days', '1', '--json')
  const { link: fromAlice, id } = JSON.parse(made.out)
  expect(fromAlice).toMatch(new RegExp(`^${stack.url}/#/invite/alice/[\\w-]{22}/[\\w-]{22}$`))
  expect((await register('bobby', bob, '--invite', fromAlice)).code).toBe(0)
  expect((await asAlice('list')).out).toMatch(new RegExp(`\n${id} +1 of 2 .* open\n$`))
  expect((await asAlice('revoke', id)).out).toBe(`${id} is revoked\n`)
  expect((await asAlice('list')).out).toContain('revoked')
  expect(JSON.parse((await register('carol', newPhrase(12), '--invite', fromAlice)).err).error.code).toBe(
    'invite_revoked',
  )

  const another = JSON.parse((await invite('create', '--uses', '5', '--json')).out)
  expect((await invite('revoke', another.id)).code).toBe(0)
  expect(JSON.parse((await invite('list', '--json')).out).invites).toHaveLength(2)
})

it.each([
  [['invite', 'create', '--uses', '101'], /--uses is a number from 1 to 100/],
  [['invite', 'create', '--days', '0'], /--days is a number from 1 to 30/],
  [['invite', 'revoke', 'x'], /an id is 32 hex digits/],
  [['admin', 'invite', 'revoke'], /an id is 32 hex digits/],
  [['register', 'alice', '--invite', 'nonsense'], /--invite is an invite code or the link/],
])('kez %s', async (args, message) => {
  const { code, err } = await kez(args, { env: { KEZ_SERVER: stack.url } })
  expect(err).toMatch(message)
  expect(code).toBe(2)
})

it('shows an internal listener nothing, and asks it nothing, without the secret of the operator', async () => {
  const missing = await invite('list', '--secret-file', join(folder, 'none'))
  expect([missing.code, missing.err]).toEqual([4, expect.stringContaining("the operator's secret cannot be read")])
  writeFileSync(join(folder, 'wrong'), 'x'.repeat(40))
  const wrong = await invite('list', '--secret-file', join(folder, 'wrong'), '--json')
  expect(JSON.parse(wrong.err).error.code).toBe('forbidden')
})
