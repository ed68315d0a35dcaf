import { describe, expect, it } from 'vitest'
import { createAuthorKey } from '../transport-key.ts'
import { checkAuthEvent, checkAuthTerms, createAuthEvent } from './auth-event.ts'
import { createAppDataEvent, createProfileEvent } from './own-events.ts'
import { signEvent, verifyNostrEvent } from './sign-event.ts'

const now = Date.parse('2026-05-25T03:00:00Z')
const key = createAuthorKey()
const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })

describe('events about oneself', () => {
  it('are a profile and named data', () => {
    const profile = createProfileEvent({ name: 'alice', nip05: 'alice@kez.test' }, now, key)
    verifyNostrEvent(profile)
    expect(profile).toMatchObject({ kind: 0, tags: [], content: '{"name":"alice","nip05":"alice@kez.test"}' })
    const data = createAppDataEvent({ d: 'kez', content: 'x' }, now, key)
    verifyNostrEvent(data)
    expect(data).toMatchObject({ kind: 30_078, tags: [['d', 'kez']], content: 'x' })
  })

  it('are not made beyond 64 KiB or without a name', () => {
    expect(() => createProfileEvent({ picture: 'x'.repeat(70_000) }, now, key)).toThrow(code('too_large'))
    expect(() => createProfileEvent({ name: '\ud800' }, now, key)).toThrow(code('malformed'))
    expect(() => createAppDataEvent({ d: '', content: '' }, now, key)).toThrow(code('malformed'))
    expect(() => createAppDataEvent({ d: 'x'.repeat(257), content: '' }, now, key)).toThrow(code('malformed'))
  })
})

describe('an authentication', () => {
  const asked = { relay: 'wss://kez.test/relay', challenge: 'c1' }
  const made = createAuthEvent({ ...asked, relay: 'WSS://kez.test:443/relay/' }, now, key)

  it('proves its key to the relay that asked', () => {
    expect(made).toMatchObject({ kind: 22_242, content: '' })
    expect(made.tags).toEqual([
      ['relay', asked.relay],
      ['challenge', 'c1'],
    ])
    expect(checkAuthEvent(made, asked, now)).toBe(key.publicKey)
    expect(checkAuthEvent(made, asked, now + 600_000)).toBe(key.publicKey)
  })

  it.each<[string, () => unknown, string]>([
    ['to another challenge', () => checkAuthEvent(made, { ...asked, challenge: 'c2' }, now), 'wrong_event'],
    ['to another relay', () => checkAuthEvent(made, { ...asked, relay: 'wss://evil.org' }, now), 'wrong_event'],
    ['of 11 minutes ago', () => checkAuthEvent(made, asked, now + 660_000), 'too_old'],
    ['of 11 minutes ahead', () => checkAuthEvent(made, asked, now - 660_000), 'too_new'],
    ['altered', () => checkAuthEvent({ ...made, pubkey: createAuthorKey().publicKey }, asked, now), 'wrong_id'],
    ['without a relay', () => checkAuthEvent({ ...made, tags: [['challenge', 'c1']] }, asked, now), 'malformed'],
    ['of another kind', () => checkAuthEvent(signEvent({ ...made, kind: 1 }, now, key), asked, now), 'wrong_kind'],
  ])('%s is refused', (_, check, expected) => {
    expect(check).toThrow(code(expected))
  })

  it('is held to the same terms where its signature is checked elsewhere', () => {
    const terms = { challenge: 'c1', isRelay: (url: string) => url === asked.relay }
    const unsigned = { ...made, sig: '0'.repeat(128) }
    expect(() => checkAuthEvent(unsigned, asked, now)).toThrow(code('invalid_signature'))
    expect(() => checkAuthTerms(unsigned, terms, now)).not.toThrow()
    expect(() => checkAuthTerms(unsigned, { ...terms, challenge: 'c2' }, now)).toThrow(code('wrong_event'))
    expect(() => checkAuthTerms(unsigned, { ...terms, isRelay: () => false }, now)).toThrow(code('wrong_event'))
    expect(() => checkAuthTerms(unsigned, terms, now + 660_000)).toThrow(code('too_old'))
  })

  it('is not given to an empty or endless challenge', () => {
    for (const challenge of ['', 'x'.repeat(513)]) {
      expect(() => createAuthEvent({ ...asked, challenge }, now, key)).toThrow(code('malformed'))
    }
  })
})
