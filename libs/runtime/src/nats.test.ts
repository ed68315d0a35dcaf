import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLog } from './log.ts'
import { connectNats, isSupportedNats, readSeedFile } from './nats.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kez-seed-'))
})
afterAll(() => rm(folder, { recursive: true }))

it.each([
  ['2.14.4', true],
  ['2.14.10', true],
  ['2.15.0-RC.1', true],
  ['3.0.0', true],
  ['2.14.3', false],
  ['2.9.25', false],
  ['1.99.99', false],
  ['unknown', false],
])('takes nats-server %s: %s', (version, supported) => {
  expect(isSupportedNats(version)).toBe(supported)
})

it('says which seed file is missing, and that a file holds no seed', async () => {
  await expect(readSeedFile(join(folder, 'none.nk'))).rejects.toThrow(/none\.nk cannot be read/)
  await writeFile(join(folder, 'bad.nk'), 'hello')
  await expect(readSeedFile(join(folder, 'bad.nk'))).rejects.toThrow(/bad\.nk holds no user seed/)
})

it('gives up with a clear message when no server answers, without the password of the URL', async () => {
  const seed = 'SUAC7MWPKDZXGBT34Q64Y3WH7B7XTZDMQX3JU2CWPBRHREIOMJFAMYIPIQ'
  const attempt = connectNats(
    { name: 'test', url: 'nats://u:hunter2@127.0.0.1:1', seed, patience: 0 },
    createLog('test', 'silent'),
  )
  await expect(attempt).rejects.toThrow(/^no NATS connection to nats:\/\/127\.0\.0\.1:1 as test/)
})
