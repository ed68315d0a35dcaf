import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

const needed = { KEZ_GATEWAY_NATS_SEED_FILE: '/keys/gateway.nk' }

test('what the protocol fixes is the default', () => {
  const { config } = loadConfig(needed)
  expect(config).toMatchObject({
    bind: { host: '0.0.0.0', port: 6969 },
    server: 'localhost',
    postRatePerMinute: 60,
    postBurst: 60,
    mailboxHourlyMessages: 6_000,
    mailboxBytes: 256 * 1024 * 1024,
    duplicateWindowHours: 50,
  })
  expect(config.webDir).toMatch(/[/\\]web[/\\]dist$/)
  expect(config.trustedProxies).toBeUndefined()
  expect(Object.isFrozen(config)).toBe(true)
})

test('lists of proxies and origins are taken apart', () => {
  const { config } = loadConfig({
    ...needed,
    KEZ_TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1,fd00::/8',
    KEZ_CSP_CONNECT: 'ws://localhost:7777',
  })
  expect(config.trustedProxies).toEqual(['10.0.0.0/8', '192.0.2.1', 'fd00::/8'])
  expect(config.cspConnect).toEqual(['ws://localhost:7777'])
})

test.each([
  [{ KEZ_GATEWAY_NATS_SEED_FILE: '' }, 'KEZ_GATEWAY_NATS_SEED_FILE is required'],
  [{ KEZ_CHAT_BIND: '6969' }, 'KEZ_CHAT_BIND must be host:port, got "6969"'],
  [{ KEZ_CHAT_BIND: '0.0.0.0:70000' }, 'KEZ_CHAT_BIND must have a port of at most 65535, got "0.0.0.0:70000"'],
  [{ KEZ_CHAT_SERVER: 'Example.org' }, 'KEZ_CHAT_SERVER must be a lower-case domain name like example.org'],
  [{ KEZ_TRUSTED_PROXIES: '10.0.0.0/33' }, 'KEZ_TRUSTED_PROXIES must be IP addresses or networks, comma-separated'],
  [{ KEZ_TRUSTED_PROXIES: 'proxy.local' }, 'KEZ_TRUSTED_PROXIES must be IP addresses or networks, comma-separated'],
  [{ KEZ_CSP_CONNECT: "'unsafe-inline'" }, 'KEZ_CSP_CONNECT must be origins like ws://localhost:7777, comma-separated'],
  [{ KEZ_CSP_CONNECT: 'ws://a; script-src *' }, 'KEZ_CSP_CONNECT must be origins like ws://localhost:7777'],
  [{ KEZ_POST_RATE_PER_MINUTE: '0' }, 'KEZ_POST_RATE_PER_MINUTE must be a whole number from 1 to 1000000000, got "0"'],
  [{ KEZ_MAILBOX_BYTES: 'lots' }, 'KEZ_MAILBOX_BYTES must be a whole number from 1048576'],
  [{ KEZ_CHAT_SIG_SERVER_URL: 'ftp://x' }, 'KEZ_CHAT_SIG_SERVER_URL must be an http or https URL, got "ftp://x"'],
  [{ KEZ_DUPLICATE_WINDOW_HOURS: '49' }, 'KEZ_DUPLICATE_WINDOW_HOURS must be a whole number from 50 to 720, got "49"'],
  [{ KEZ_STREAM_REPLICAS: '2' }, 'KEZ_STREAM_REPLICAS must be 1 or 3'],
])('a bad environment %j is refused with its reason', (env, message) => {
  expect(() => loadConfig({ ...needed, ...env })).toThrow(message)
})
