import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findNatsServer } from '@kez-chat/embedded'
import { createCalloutXkey, createIssuerNkey, createUserNkey, natsUsers } from '@kez-chat/nats-config'
import { expect, it } from 'vitest'
import { savedNatsConfig, shippedNatsConfig } from '../../scripts/nats-config.ts'

it('ships the configuration that the renderer makes (node scripts/nats-config.ts writes it anew)', () => {
  expect(savedNatsConfig()).toBe(shippedNatsConfig())
})

it('ships a configuration that nats-server accepts, with keys from its environment only', async () => {
  const { path } = await findNatsServer()
  const keys: (readonly [string, string])[] = [
    ...natsUsers.map(
      (user) => [`KEZ_${user.toUpperCase().replaceAll('-', '_')}_NKEY`, createUserNkey().publicKey] as const,
    ),
    ['KEZ_AUTH_ISSUER', createIssuerNkey().publicKey],
    ['KEZ_AUTH_XKEY', createCalloutXkey().publicKey],
  ]
  const check = (env: Record<string, string>) =>
    spawnSync(path, ['-t', '-c', join(import.meta.dirname, '..', '..', 'deploy', 'nats', 'nats.conf')], {
      env,
      encoding: 'utf8',
    })
  expect(check(Object.fromEntries(keys))).toMatchObject({ status: 0 })
  expect(check(Object.fromEntries(keys.slice(1))).stderr).toContain('KEZ_REGISTRY_NKEY')
})

it('waits for the disk before it acknowledges, and lets nobody in without a key', () => {
  expect(shippedNatsConfig()).toMatch(/^ {2}sync_interval: always$/m)
  expect(shippedNatsConfig()).not.toContain('no_auth_user')
})
