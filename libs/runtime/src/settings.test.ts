import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ConfigError, kind, loadSettings, setting } from './settings.ts'
import { databaseSetting, serviceSettings } from './shared-settings.ts'

const settings = { ...serviceSettings('relay-bridge'), databaseUrl: databaseSetting }
const good = {
  KEZ_RELAY_BRIDGE_NATS_SEED_FILE: '/keys/relay-bridge.nk',
  DATABASE_URL: 'postgres://kez:hunter2@localhost/kez',
}

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadSettings(settings, env)
    return []
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [String(error)]
  }
}

it('reads defaults, freezes them, and takes an empty variable for an unset one', () => {
  const loaded = loadSettings(settings, { ...good, KEZ_LOG_LEVEL: '' })
  expect(loaded).toMatchObject({
    server: 'localhost',
    internalBind: { host: '127.0.0.1', port: 6970 },
    logLevel: 'info',
    streamReplicas: 1,
    inboxStreams: 1,
  })
  expect(Object.isFrozen(loaded)).toBe(true)
})

it.each([
  [
    { KEZ_CHAT_SERVER: 'Example.org' },
    'KEZ_CHAT_SERVER must be a lower-case domain name like example.org, got "Example.org"',
  ],
  [
    { KEZ_CHAT_SERVER: 'https://example.org' },
    'KEZ_CHAT_SERVER must be a lower-case domain name like example.org, got "https://example.org"',
  ],
  [{ KEZ_INTERNAL_BIND: '6970' }, 'KEZ_INTERNAL_BIND must be host:port, got "6970"'],
  [
    { KEZ_INTERNAL_BIND: 'localhost:70000' },
    'KEZ_INTERNAL_BIND must have a port of at most 65535, got "localhost:70000"',
  ],
  [{ KEZ_LOG_LEVEL: 'loud' }, 'KEZ_LOG_LEVEL must be trace, debug, info, warn, error or silent, got "loud"'],
  [{ KEZ_STREAM_REPLICAS: '2' }, 'KEZ_STREAM_REPLICAS must be 1 or 3, got "2"'],
  [{ KEZ_INBOX_STREAMS: '65' }, 'KEZ_INBOX_STREAMS must be a whole number from 1 to 64, got "65"'],
  [{ KEZ_INBOX_STREAMS: '-1' }, 'KEZ_INBOX_STREAMS must be a whole number from 1 to 64, got "-1"'],
  [{ KEZ_RELAY_BRIDGE_NATS_SEED_FILE: '' }, 'KEZ_RELAY_BRIDGE_NATS_SEED_FILE is required'],
])('says of %j: %s', (env, problem) => {
  expect(problemsOf({ ...good, ...env })).toEqual([problem])
})

it('names every variable that does not fit, and shows no secret', () => {
  const problems = problemsOf({ DATABASE_URL: 'mysql://kez:hunter2@localhost/kez', KEZ_LOG_LEVEL: 'x' })
  expect(problems).toHaveLength(3)
  expect(problems.join('\n')).toContain('DATABASE_URL must start with postgres://')
  expect(problems.join('\n')).not.toContain('hunter2')
})

it('reads host and port, of IPv6 too', () => {
  const { bind } = loadSettings(
    { bind: setting({ env: 'B', flag: '--b', description: '', schema: kind.bind }) },
    { B: '[::1]:80' },
  )
  expect(bind).toEqual({ host: '::1', port: 80 })
})

it('reads a secret from a file instead, and says which of the two is wrong without showing it', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'kez-settings-')), 'database-url')
  writeFileSync(file, `${good.DATABASE_URL}\n`)
  const { DATABASE_URL: url, ...rest } = good
  expect(loadSettings(settings, { ...rest, DATABASE_URL_FILE: file }).databaseUrl).toBe(url)
  expect(problemsOf({ ...good, DATABASE_URL_FILE: file })).toEqual([
    'DATABASE_URL and DATABASE_URL_FILE are both set: leave one of them out',
  ])
  expect(problemsOf({ ...rest, DATABASE_URL_FILE: `${file}x` })).toEqual([
    `DATABASE_URL_FILE names a file that cannot be read (ENOENT): ${file}x`,
  ])
  writeFileSync(file, 'hunter2'.repeat(10_000))
  expect(problemsOf({ ...rest, DATABASE_URL_FILE: file })).toEqual([
    `DATABASE_URL_FILE names a file that is too large: ${file}`,
  ])
  writeFileSync(file, 'mysql://hunter2')
  expect(problemsOf({ ...rest, DATABASE_URL_FILE: file })).toEqual(['DATABASE_URL must start with postgres://'])
  expect(loadSettings(settings, { ...good, KEZ_LOG_LEVEL_FILE: file }).logLevel).toBe('info')
})
