import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createApp } from '../../src/auth/app.ts'
import { loadConfig } from '../../src/auth/config.ts'

test('alerts speak of metrics that there are, and of labels that these have', async () => {
  const rules = readFileSync(join(import.meta.dirname, '../../../../deploy/prometheus/auth.rules.yml'), 'utf8')
  const { config, secrets } = loadConfig({
    KEZ_AUTH_NATS_SEED_FILE: 'x',
    KEZ_AUTH_READER_NATS_SEED_FILE: 'x',
    KEZ_AUTH_KICK_NATS_SEED_FILE: 'x',
    KEZ_AUTH_ISSUER_SEED_FILE: 'x',
    KEZ_AUTH_XKEY_SEED_FILE: 'x',
  })
  const { metrics } = createApp(config, secrets)
  const known = (await metrics.getMetricsAsJSON()).map(({ name }) => name)
  const named = new Set([...rules.matchAll(/\bkez_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, '')))
  expect([...named].sort()).toEqual([
    'kez_auth_login_seconds',
    'kez_auth_logins_total',
    'kez_auth_server_timeout_seconds',
  ])
  for (const name of named) expect(known).toContain(name)
  expect(rules).toContain('kez_auth_server_timeout_seconds) / 4')
})
