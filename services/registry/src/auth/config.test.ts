import { ConfigError } from '@kez-chat/runtime'
import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

const good = {
  KEZ_AUTH_NATS_SEED_FILE: '/keys/auth.nk',
  KEZ_AUTH_READER_NATS_SEED_FILE: '/keys/auth-reader.nk',
  KEZ_AUTH_KICK_NATS_SEED_FILE: '/keys/auth-kick.nk',
  KEZ_AUTH_ISSUER_SEED_FILE: '/keys/auth-issuer.nk',
  KEZ_AUTH_XKEY_SEED_FILE: '/keys/auth-xkey.nk',
}

test('what is not set is on the safe side', () => {
  expect(loadConfig(good).config).toMatchObject({
    jwtSeconds: 1_800,
    serverTimeoutSeconds: 8,
    allowIdentityNkey: false,
    consumersPerPerson: 4,
    httpSecretFile: undefined,
  })
})

test.each<[Record<string, string>, string]>([
  [{ KEZ_AUTH_ISSUER_SEED_FILE: '' }, 'KEZ_AUTH_ISSUER_SEED_FILE is required'],
  [{ KEZ_AUTH_KICK_NATS_SEED_FILE: '' }, 'KEZ_AUTH_KICK_NATS_SEED_FILE is required'],
  [{ KEZ_AUTH_JWT_SECONDS: '3600' }, 'KEZ_AUTH_JWT_SECONDS must be a whole number from 10 to 1800, got "3600"'],
  [{ KEZ_AUTH_ALLOW_IDENTITY_NKEY: 'yes' }, 'KEZ_AUTH_ALLOW_IDENTITY_NKEY must be true or false, got "yes"'],
  [{ KEZ_CONSUMERS_PER_PERSON: '0' }, 'KEZ_CONSUMERS_PER_PERSON must be a whole number from 1 to 32, got "0"'],
  [{ KEZ_AUTH_QUEUE_LIMIT: '-1' }, 'KEZ_AUTH_QUEUE_LIMIT must be a whole number from 1 to 1000000, got "-1"'],
])('says of %j: %s', (change, problem) => {
  expect(() => loadConfig({ ...good, ...change })).toThrow(new ConfigError([problem]))
})
