import { expect, test } from 'vitest'
import { allowedAttributes, allowedName } from './attributes.ts'

const key = 'a3'.repeat(32)

test('attributes that are ours and fit leave as they are', () => {
  const ours = {
    'http.request.method': 'POST',
    'http.route': '/v1/inbox/:handle/stream',
    'http.response.status_code': 201,
    'messaging.system': 'nats',
    'messaging.destination.name': 'kez.inbox.{person}',
    'messaging.batch.message_count': 3,
    'error.type': 'handle_taken',
    'kez.outcome': 'duplicate',
    'kez.replay': 'history',
  }
  expect(allowedAttributes(ours)).toEqual(ours)
})

test.each([
  ['user.name', 'alice'],
  ['http.route', '/v1/inbox/alice?auth=1'],
  ['http.route', `/v1/sigchains/${key}`],
  ['url.full', 'https://push.example.org/abc'],
  ['client.address', '192.0.2.1'],
  ['http.response.status_code', '201'],
  ['http.response.status_code', 1_700_000_000],
  ['messaging.destination.name', `kez.inbox.${key}.p1`],
  ['messaging.message.id', key],
  ['messaging.batch.message_count', -1],
  ['messaging.batch.message_count', 'alice'],
  ['error.type', 'alice'],
  ['error.type', 'alice@example.org'],
  ['kez.outcome', 'alice'],
  ['kez.replay', key],
  ['toString', 'x'],
  ['__proto__', 'x'],
])('%s = %s stays here', (name, value) => {
  expect(allowedAttributes(Object.fromEntries([[name, value]]))).toEqual({})
})

test.each(['POST /v1/messages', 'publish kez.inbox.{person}', 'send push', 'answer kez.registry.v1.register'])(
  'a span may be called %s',
  (name) => {
    expect(allowedName(name)).toBe(name)
  },
)

test.each(['alice', `publish kez.inbox.${key}`, `GET /v1/sigchains/${key}`, 'GET alice', 'login alice', 'publish', ''])(
  'a span is not called %j',
  (name) => {
    expect(allowedName(name)).toBe('unnamed')
  },
)
