import { expect, test } from 'vitest'
import { resolveServer } from './servers.ts'

const own = { server: 'example.org', baseUrl: 'https://chat.example.org' }

test.each([
  ['bob', { handle: 'bob', server: 'example.org', baseUrl: 'https://chat.example.org' }],
  ['@Bob', { handle: 'bob', server: 'example.org', baseUrl: 'https://chat.example.org' }],
  ['bob@example.org', { handle: 'bob', server: 'example.org', baseUrl: 'https://chat.example.org' }],
  ['bob@other.net', { handle: 'bob', server: 'other.net', baseUrl: 'https://other.net' }],
  ['bob@other.net:8443', { handle: 'bob', server: 'other.net:8443', baseUrl: 'https://other.net:8443' }],
  ['bob@localhost:7000', { handle: 'bob', server: 'localhost:7000', baseUrl: 'http://localhost:7000' }],
])('%s is found at its server', (written, address) => {
  expect(resolveServer(written, own)).toEqual(address)
})

test.each(['', 'b', 'bob@', 'bob@a b', 'bob@evil.example/path', 'bob@x@y', 'bob@user:pass@host', '-bob'])(
  '%j names nobody',
  (written) => {
    expect(() => resolveServer(written, own)).toThrow(expect.objectContaining({ name: 'IdentityError' }))
  },
)
