import { Profile } from '@kez-chat/contracts'
import { expect, it } from 'vitest'
import { createPaint } from '../output/paint.ts'
import { describeProfile } from './describe-profile.ts'

const profile = (proofs: object[], verified: boolean): Profile =>
  Profile.parse({
    handle: 'alice',
    fqhn: 'alice@example.org',
    primary: `ed25519:${'a1'.repeat(32)}`,
    sigchain_url: 'https://example.org/v1/sigchains/ed25519/a1',
    registered_at: '2026-05-25T03:00:00Z',
    status: 'active',
    proofs,
    verified,
  })
const plain = createPaint(false)

it('says of every proof what the server found and when it looked', () => {
  const { text } = describeProfile(
    profile(
      [
        { subject: 'github:alice', status: 'verified', checked_at: '2026-05-25T04:00:00Z' },
        { subject: 'dns:example.org', status: 'failed', reason: 'not_found', checked_at: '2026-05-25T04:00:01Z' },
        { subject: 'bluesky:alice.example', status: 'pending' },
      ],
      false,
    ),
  )
  const shown = text(plain)
  expect(shown).toContain('verified  no\n')
  expect(shown).toContain('github:alice (verified, looked at 2026-05-25T04:00:00Z)\n')
  expect(shown).toContain('dns:example.org (failed: not found, looked at 2026-05-25T04:00:01Z)\n')
  expect(shown).toContain('bluesky:alice.example (pending)\n')
})

it('says nothing of verification where nobody claims anything', () => {
  expect(describeProfile(profile([], false)).text(plain)).not.toContain('verified')
})
