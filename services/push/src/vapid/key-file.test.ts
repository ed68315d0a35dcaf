import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadVapidKeys, rotateVapidKeys } from './key-file.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kez-vapid-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('makes a key pair that belongs together, for this user alone, and keeps it', async () => {
  const path = join(folder, 'vapid.json')
  const keys = await loadVapidKeys(path)
  const point = Buffer.from(keys.publicKey, 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'))
  const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }
  const signature = sign(
    'sha256',
    Buffer.from('hello'),
    createPrivateKey({ format: 'jwk', key: { ...jwk, d: keys.privateKey } }),
  )
  expect(verify('sha256', Buffer.from('hello'), createPublicKey({ format: 'jwk', key: jwk }), signature)).toBe(true)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await loadVapidKeys(path)).toEqual(keys)
})

it('gives processes that start at once the same key, and leaves no draft', async () => {
  const path = join(folder, 'vapid.json')
  const all = await Promise.all(Array.from({ length: 8 }, () => loadVapidKeys(path)))
  expect(new Set(all.map(({ publicKey }) => publicKey)).size).toBe(1)
  expect(await readdir(folder)).toEqual(['vapid.json'])
})

it.each([
  ['{', /not usable: it is not JSON/],
  ['{"publicKey":"x","privateKey":"geheim"}', /not usable: the public key is not a P-256 point/],
])('never replaces keys that it cannot use, and does not show them: %s', async (text, message) => {
  const path = join(folder, 'vapid.json')
  await writeFile(path, text)
  await expect(loadVapidKeys(path)).rejects.toThrow(message)
  await expect(loadVapidKeys(path)).rejects.not.toThrow(/geheim/)
  expect(await readFile(path, 'utf8')).toBe(text)
})

it('a rotation makes a new key and keeps the ones that subscriptions still have', async () => {
  const path = join(folder, 'vapid.json')
  const first = await loadVapidKeys(path)
  const second = await rotateVapidKeys(path, new Set([first.publicKey]))
  expect(second.publicKey).not.toBe(first.publicKey)
  expect(second.previous).toEqual([{ publicKey: first.publicKey, privateKey: first.privateKey }])
  const third = await rotateVapidKeys(path, new Set([second.publicKey]))
  expect(third.previous.map(({ publicKey }) => publicKey)).toEqual([second.publicKey])
  expect(await loadVapidKeys(path)).toEqual(third)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['vapid.json'])
})
