import { readdirSync } from 'node:fs'
import { startTestNats, startTestPostgres } from '@kez-chat/testkit'
import { expect, test } from 'vitest'
import { launch, lockedProcesses, makePlace } from './launcher.ts'

test('with NATS_URL and --db somebody uses servers of their own, and none is started', async () => {
  const [nats, postgres, place] = await Promise.all([startTestNats(), startTestPostgres(), makePlace()])
  const seeds = (['registry', 'gateway', 'relay-bridge', 'push'] as const).flatMap((name) => [
    `--${name}-nats-seed-file`,
    nats.seedFiles[name],
  ])
  const launcher = launch(place, ['--nats-url', nats.url, '--db', await postgres.createDatabase(), ...seeds])
  await launcher.running()
  expect(launcher.output()).toMatch(/NATS +your own.*Postgres +your own/s)
  expect(lockedProcesses(place).children).toEqual({})
  expect(readdirSync(place.dataDir)).not.toContain('postgres.id')
  expect((await fetch(`${launcher.url}/v1/healthz`)).status).toBe(200)
  launcher.process.kill('SIGTERM')
  expect(await launcher.exitCode()).toBe(0)
  place.remove()
  await nats.stop()
  await postgres.stop()
})

test('NATS_URL without seed files is refused with the names of the settings', async () => {
  const place = await makePlace()
  const launcher = launch(place, ['--nats-url', 'nats://127.0.0.1:9', '--db', 'postgres://127.0.0.1:9/none'])
  expect(await launcher.exitCode()).toBe(1)
  expect(launcher.output()).toMatch(/KEZ_REGISTRY_NATS_SEED_FILE is required/)
  place.remove()
})
