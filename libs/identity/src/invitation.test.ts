import { expect, test } from 'vitest'
import { IdentityError } from './errors.ts'
import { invitationToken, inviteCodeOf, inviteHash, inviterCheck, newInvitationSecret } from './invitation.ts'
import { parsePrimary } from './primary-id.ts'

const secret = 'AAECAwQFBgcICQoLDA0ODw'
const code = 's0FmfJWNzoMIVmkNGUf2bQ'

// Computed by Python's hashlib from the text of the protocol.
test('what is made of an invitation is as the protocol says', () => {
  expect(inviteCodeOf(secret)).toBe(code)
  expect(invitationToken(secret)).toBe('145374516fddcf3f13e392576ec960cc')
  expect(inviteHash(code)).toEqual({
    id: 'ca484f60ff8a7b498f293b215f5c56db',
    check: '4a81bc933a4e8cf9cdc7de93130d055d',
  })
  expect(inviterCheck(parsePrimary(`ed25519:${'ab'.repeat(32)}`))).toBe('7aVaC3lRjYffcdjKxyflnA')
})

test('a new secret is 16 bytes of the generator, and never the same', () => {
  expect(newInvitationSecret((length) => new Uint8Array(length).map((_, i) => i))).toBe(secret)
  expect(new Set(Array.from({ length: 50 }, () => newInvitationSecret())).size).toBe(50)
})

test.each([
  ['empty', ''],
  ['too short', secret.slice(0, 20)],
  ['too long', `${secret}AA`],
  ['of foreign characters', `${secret.slice(0, 21)}+`],
  ['spelt in another way than the one', `${secret.slice(0, 21)}B`],
])('a secret or code that is %s is refused', (_, text) => {
  for (const make of [inviteCodeOf, invitationToken, inviteHash]) expect(() => make(text)).toThrow(IdentityError)
})
