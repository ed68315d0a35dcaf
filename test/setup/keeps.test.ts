import { randomBytes } from 'node:crypto'
import { createClient } from '@kez-chat/client'
import { createRegistration, isHandle, signingKeyFromSeed } from '@kez-chat/identity'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Launcher, launch, lockedProcesses, makePlace, type Place } from './launcher.ts'

let place: Place
let launcher: Launcher
beforeEach(async () => {
  place = await makePlace()
  launcher = launch(place)
  await launcher.running()
})
afterEach(async () => {
  launcher.process.kill('SIGTERM')
  await launcher.exitCode()
  place.remove()
})

const envelope = () => ({
  v: 2,
  eph: randomBytes(32).toString('hex'),
  nonce: randomBytes(12).toString('hex'),
  ct: randomBytes(384).toString('base64url'),
})

const register = async (handle: string) => {
  if (!isHandle(handle)) throw new TypeError(`${handle} is no handle`)
  const signer = signingKeyFromSeed(randomBytes(32))
  const registration = createRegistration({ handle, server: 'localhost', createdAt: Date.now() }, signer)
  await createClient({ baseUrl: launcher.url }).register(registration)
  return { handle, signer }
}

const inbox = async (owner: Awaited<ReturnType<typeof register>>) =>
  (await createClient({ baseUrl: launcher.url }).readInbox(owner)).messages.map((message) => message.envelope)

test.each([
  ['Ctrl-C', () => process.kill(-(launcher.process.pid ?? 0), 'SIGINT')],
  ['SIGKILL of the launcher', () => process.kill(lockedProcesses(place).owner.pid, 'SIGKILL')],
  [
    'SIGKILL of everything at once',
    () => {
      const { owner, children } = lockedProcesses(place)
      for (const { pid } of [owner, ...Object.values(children)]) process.kill(pid, 'SIGKILL')
    },
  ],
])('handles and messages that were accepted are there after %s and a new start', async (_, end) => {
  const alice = await register('alice')
  const sent = [envelope(), envelope(), envelope()]
  for (const each of sent) await createClient({ baseUrl: launcher.url }).postMessage({ to: 'alice', envelope: each })
  end()
  await launcher.exitCode()
  launcher = launch(place)
  await launcher.running()
  expect(await createClient({ baseUrl: launcher.url }).lookup('alice')).toMatchObject({ handle: 'alice' })
  expect(await inbox(alice)).toEqual(sent)
  await expect(register('alice')).rejects.toMatchObject({ code: 'handle_taken' })
})
