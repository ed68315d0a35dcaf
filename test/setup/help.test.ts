import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

test('--help lists every setting of every service, as a flag and as a variable', async () => {
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'scripts', 'start.mjs'), '--help'], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  expect(status).toBe(0)
  const lines = stdout.split('\n').map((line) => line.trim())
  const files = globSync('services/*/src/config.ts', { cwd: root })
  expect(files.length).toBeGreaterThanOrEqual(4)
  for (const file of files) {
    const { settings } = await import(pathToFileURL(join(root, file)).href)
    for (const { env, flag } of Object.values<{ env: string; flag: string }>(settings)) {
      expect(lines).toContain(env)
      expect(lines).toContain(flag)
    }
  }
  for (const name of ['KEZ_DATA_DIR', 'KEZ_CACHE_DIR', 'NATS_SERVER_BIN']) expect(lines).toContain(name)
})
