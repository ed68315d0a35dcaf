import { ConfigError } from '@kez-chat/runtime'
import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

const good = {
  KEZ_REGISTRY_NATS_SEED_FILE: '/keys/registry.nk',
  DATABASE_URL: 'postgres://kez:s3cret@127.0.0.1/kez',
}

test('a complete environment gives a frozen config, with the secret apart', () => {
  const { config, secrets } = loadConfig({ ...good, KEZ_RESERVED_HANDLES: ' ceo, press-office,' })
  expect(config).toMatchObject({
    server: 'localhost',
    natsUrl: 'nats://127.0.0.1:4222',
    reservedHandles: ['ceo', 'press-office'],
    streamReplicas: 1,
  })
  expect(JSON.stringify(config)).not.toContain('s3cret')
  expect(secrets.databaseUrl).toBe(good.DATABASE_URL)
  expect(Object.isFrozen(config)).toBe(true)
})

test.each<[Record<string, string>, string]>([
  [{ DATABASE_URL: '' }, 'DATABASE_URL is required'],
  [{ DATABASE_URL: 'mysql://root:s3cret@db' }, 'DATABASE_URL must start with postgres://'],
  [{ KEZ_REGISTRY_NATS_SEED_FILE: '' }, 'KEZ_REGISTRY_NATS_SEED_FILE is required'],
  [
    { KEZ_RESERVED_HANDLES: 'fine,Not Fine' },
    'KEZ_RESERVED_HANDLES must be handles of 3 to 32 of a-z 0-9 _ -, comma-separated, got "fine,Not Fine"',
  ],
  [{ KEZ_STREAM_REPLICAS: '2' }, 'KEZ_STREAM_REPLICAS must be 1 or 3, got "2"'],
  [
    { KEZ_CHAT_SERVER: 'Example.ORG' },
    'KEZ_CHAT_SERVER must be a lower-case domain name like example.org, got "Example.ORG"',
  ],
])('%j is refused in words', (changes, sentence) => {
  let problems: readonly string[] = []
  try {
    loadConfig({ ...good, ...changes })
  } catch (error) {
    if (error instanceof ConfigError) problems = error.problems
  }
  expect(problems).toEqual([sentence])
})
