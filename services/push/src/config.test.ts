import { expect, it } from 'vitest'
import { allowedHosts, loadConfig, subjectOf } from './config.ts'

const needed = { KEZ_PUSH_NATS_SEED_FILE: '/keys/push.nk', DATABASE_URL: 'postgres://u:geheim@db/kez' }

it('knows the push services of the browsers, and the server itself as the contact', () => {
  const { config, secrets } = loadConfig({ ...needed, KEZ_CHAT_SERVER: 'chat.kez.org' })
  expect(subjectOf(config)).toBe('https://chat.kez.org')
  expect(allowedHosts(config)).toContain('fcm.googleapis.com')
  expect(JSON.stringify(config)).not.toContain('geheim')
  expect(secrets.databaseUrl).toBe(needed.DATABASE_URL)
  expect(Object.isFrozen(config)).toBe(true)
})

it('takes more push services, and others to stand in for them', () => {
  const { config } = loadConfig({
    ...needed,
    KEZ_PUSH_HOSTS: 'push.example.org:8443, *.ntfy.example',
    KEZ_PUSH_COUNTERPARTS: 'push.example.org:8443=http://127.0.0.1:4711',
  })
  expect(allowedHosts(config).slice(-2)).toEqual(['push.example.org:8443', '*.ntfy.example'])
  expect(config.pushCounterparts).toEqual({ 'push.example.org:8443': 'http://127.0.0.1:4711' })
})

const subject =
  'KEZ_VAPID_SUBJECT must be a mailto: or https: URL under a public name, because push services refuse others'

it.each([
  [{ KEZ_VAPID_SUBJECT: 'admin@kez.org' }, `${subject}, got "admin@kez.org"`],
  [{ KEZ_VAPID_SUBJECT: 'mailto:admin@localhost' }, `${subject}, got "mailto:admin@localhost"`],
  [{ KEZ_VAPID_SUBJECT: 'http://kez.org' }, `${subject}, got "http://kez.org"`],
  [
    { KEZ_PUSH_HOSTS: 'https://x.org' },
    'KEZ_PUSH_HOSTS must be host names like push.example.org, comma-separated, got "https://x.org"',
  ],
  [{ KEZ_PUSH_COUNTERPARTS: 'x' }, 'KEZ_PUSH_COUNTERPARTS must be host=http://address:port, comma-separated, got "x"'],
  [{ DATABASE_URL: 'mysql://geheim' }, 'DATABASE_URL must start with postgres://'],
  [{ DATABASE_URL: '' }, 'DATABASE_URL is required'],
])('%j keeps it from starting', (env, message) => {
  expect(() => loadConfig({ ...needed, ...env })).toThrow(`- ${message}`)
  expect(() => loadConfig({ ...needed, ...env })).not.toThrow(/geheim/)
})
