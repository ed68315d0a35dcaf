import { type Stack, startStack } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kez } from './kez.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(async () => stack?.stop())

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
  [['mail'], 2, /<what> is one of push/],
  [['push', '--internal', 'x'], 2, /--internal is an address/],
  [['push', '--internal', 'http://127.0.0.1:1'], 3, /was not reached/],
])('kez admin doctor %s', async (args, exit, message) => {
  const { code, err } = await doctor(...args)
  expect(err).toMatch(message)
  expect(code).toBe(exit)
})
