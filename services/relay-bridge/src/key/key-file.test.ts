import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadRelayKey } from './key-file.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kez-relay-key-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('makes a key for this user alone, and keeps it', async () => {
  const path = join(folder, 'relay.key')
  const [first, second] = await Promise.all([loadRelayKey(path), loadRelayKey(path)])
  expect(second).toEqual(first)
  expect(await loadRelayKey(path)).toEqual(first)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

it('does not start with a file it cannot use, and does not show what is in it', async () => {
  const path = join(folder, 'relay.key')
  await writeFile(path, 'geheim')
  await expect(loadRelayKey(path)).rejects.toThrow(/holds no seed of a nostr key/)
  await expect(loadRelayKey(path)).rejects.not.toThrow(/geheim/)
})
