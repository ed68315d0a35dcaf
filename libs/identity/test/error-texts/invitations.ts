import { inviteCodeOf, parseInvitation, readInvitationLink } from '../../src/index.ts'
import type { Refusal } from './refusal.ts'

const sixteen = 'A'.repeat(22)

/** Links and codes that invite. */
export const invitationsRefusals: readonly Refusal[] = [
  [() => inviteCodeOf('AAAA'), 'malformed', 'an invitation has 16 bytes as base64url'],
  [() => parseInvitation('#'.repeat(513)), 'too_large', 'an invitation is not that long'],
  [() => parseInvitation('invite'), 'malformed', 'an invitation begins with #/'],
  [
    () => parseInvitation(`#/invite/alice/${sixteen}/${sixteen}/`),
    'malformed',
    'an invitation is #/invite/<handle>/<check>/<secret>',
  ],
  [() => parseInvitation('#/join/AAAA'), 'malformed', 'a code is 16 bytes as base64url'],
  [() => parseInvitation('#/invite/alice/AAAA'), 'malformed', 'the check of a key is 16 bytes as base64url'],
  [
    () => parseInvitation(`#/invite/alice/${sixteen}/AAAA`),
    'malformed',
    'the secret of an invitation is 16 bytes as base64url',
  ],
  [() => readInvitationLink('A'.repeat(513)), 'too_large', 'an invitation is not that long'],
  [() => readInvitationLink('example.org/'), 'malformed', 'an invitation is a link'],
]
