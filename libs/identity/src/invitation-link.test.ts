import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IdentityError } from './errors.ts'
import { parseHandle } from './handle.ts'
import { newInvitationSecret } from './invitation.ts'
import {
  type Invitation,
  invitationFragment,
  invitationLink,
  parseInvitation,
  readInvitationLink,
} from './invitation-link.ts'

const sixteen = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => newInvitationSecret(() => new Uint8Array(bytes)))
const invitation: fc.Arbitrary<Invitation> = fc.oneof(
  fc.record({ kind: fc.constant('code' as const), code: sixteen }),
  fc.record(
    {
      kind: fc.constant('person' as const),
      handle: fc.constantFrom('alice', 'b_b', '0-9').map(parseHandle),
      server: fc.constantFrom('example.org', 'localhost:6969'),
      check: sixteen,
      secret: sixteen,
    },
    { requiredKeys: ['kind', 'handle', 'check'] },
  ),
)

test('what is written as a link is read as it was', () => {
  fc.assert(
    fc.property(invitation, (one) => {
      expect(parseInvitation(invitationFragment(one))).toEqual(one)
      const link = invitationLink('https://example.org:8443', one)
      expect(readInvitationLink(` ${link}\n`)).toEqual({ origin: 'https://example.org:8443', invitation: one })
    }),
  )
})

test('a code may be given without a link', () => {
  const code = newInvitationSecret()
  expect(readInvitationLink(`${code} `)).toEqual({ origin: undefined, invitation: { kind: 'code', code } })
})

const key = 'A'.repeat(22)
test.each([
  '',
  '#',
  '#/invite',
  '#/invite/alice',
  `#/invite/al/${key}`,
  `#/invite/Alice/${key}`,
  `#/invite/alice@/${key}`,
  `#/invite/alice@example.org@x/${key}`,
  `#/invite/alice@EXAMPLE.org/${key}`,
  `#/invite/alice/${key.slice(1)}`,
  `#/invite/alice/${key}A`,
  `#/invite/alice/${key.slice(1)}B`,
  `#/invite/alice/${key}/`,
  `#/invite/alice/${key}/${key}/`,
  `#/invite/alice/${key}/${key}/${key}`,
  `#/invite/alice/${key}/%41${key.slice(3)}`,
  `#/invite//${key}`,
  `invite/alice/${key}`,
  `/#/invite/alice/${key}`,
  '#/join/',
  `#/join/${key}/`,
  `#/join/${key}/x`,
  `#/chats/${key}`,
  `#/invite/alice/${key}/${'A'.repeat(600)}`,
])('%s is no invitation', (fragment) => {
  expect(() => parseInvitation(fragment)).toThrow(IdentityError)
})

test.each([
  `javascript:alert(1)//#/join/${key}`,
  `https://user@example.org/#/join/${key}`,
  `example.org/#/join/${key}`,
  `https://example.org/join/${key}`,
  'A'.repeat(21),
  'A'.repeat(600),
])('%s is no link to one', (text) => {
  expect(() => readInvitationLink(text)).toThrow(IdentityError)
})
