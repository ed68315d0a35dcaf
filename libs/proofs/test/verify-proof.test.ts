import type { Claim } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { type FailureReason, verifyProof } from '../src/index.ts'
import { type Place, places } from './places.ts'
import { alice, askFor, claimOf, MADE, mallory, useCounterparts } from './rig.ts'

const NOW = MADE + 60 * 60_000

const tampered = (whole: Claim): Claim => {
  const { signature } = claimOf(whole.payload.subject, alice, MADE + 1_000)
  return { ...whole, signature }
}

const rig = useCounterparts()
const ask = ({ subject }: Pick<Place, 'subject'>, more: Parameters<typeof askFor>[2] = {}) => askFor(rig, subject, more)

/** A failure, with the varying place put back into the expected words. */
const expectFailure = (
  result: Awaited<ReturnType<typeof ask>>,
  place: Place,
  reason: FailureReason,
  detail: string,
) => {
  if (result.status !== 'failed') expect.fail('verified')
  expect(result).toMatchObject({ reason, subject: place.subject, primary: alice.primary })
  const shown = new RegExp(place.shown.source.slice(1, -1))
  expect(result.detail.replace(place.subject, 'SUBJECT').replace(shown, 'PLACE')).toBe(detail)
}

describe.each(places)('$name', (place) => {
  const { subject, otherSubject, details } = place

  it('verifies a claim that its owner has published', async () => {
    await place.publish(rig.all, claimOf(subject, alice, NOW + 1_000))
    expect(await ask(place)).toEqual({
      status: 'verified',
      subject,
      primary: alice.primary,
      place: expect.stringMatching(place.shown),
      createdAt: '2026-05-25T03:00:00.000Z',
      expiresAt: '2026-05-25T04:00:01.000Z',
    })
  })

  it('not_found: there is nobody', async () => {
    expectFailure(await ask(place), place, 'not_found', details.nobody)
  })

  it('not_found: there is somebody without a claim', async () => {
    await place.join(rig.all)
    expectFailure(await ask(place), place, 'not_found', details.nothing)
  })

  it('subject_mismatch: a claim about something else', async () => {
    await place.publish(rig.all, claimOf(otherSubject))
    const detail = `the claim at PLACE is about ${otherSubject}, not SUBJECT`
    expectFailure(await ask(place), place, 'subject_mismatch', detail)
  })

  it('primary_mismatch: a claim by another key', async () => {
    await place.publish(rig.all, claimOf(subject, mallory))
    const detail = `the claim at PLACE is by ${mallory.primary}, not ${alice.primary}`
    expectFailure(await ask(place), place, 'primary_mismatch', detail)
  })

  it('bad_signature: a claim that was changed', async () => {
    await place.publish(rig.all, tampered(claimOf(subject)))
    const detail = 'the claim at PLACE does not hold: the signature does not match'
    expectFailure(await ask(place), place, 'bad_signature', detail)
  })

  it('expired: a claim whose time is over', async () => {
    await place.publish(rig.all, claimOf(subject, alice, NOW))
    const detail = 'the claim at PLACE expired at 2026-05-25T04:00:00.000Z'
    expectFailure(await ask(place), place, 'expired', detail)
  })

  it('malformed: a claim from the future', async () => {
    await place.publish(rig.all, claimOf(subject))
    const detail = 'the claim at PLACE is dated in the future'
    expectFailure(await ask(place, { now: MADE - 10 * 60_000 }), place, 'malformed', detail)
  })

  it('malformed: something that is meant as a claim and is none', async () => {
    await place.scribble(rig.all)
    expectFailure(await ask(place), place, 'malformed', details.malformed)
  })

  it('unsupported: a claim of a version to come', async () => {
    const now = claimOf(subject)
    await place.publish(rig.all, { ...now, payload: { ...now.payload, version: 2 } })
    const detail = 'the claim at PLACE does not hold: expected version 1'
    expectFailure(await ask(place), place, 'unsupported', detail)
  })

  it('revoked: its sigchain took the subject back', async () => {
    await place.publish(rig.all, claimOf(subject))
    const chain = {
      status: { kind: 'active' as const },
      subjects: new Map([[subject, { status: 'revoked' as const, seq: 1, since: MADE }]]),
    }
    const detail = `${alice.primary} took SUBJECT back in its sigchain`
    expectFailure(await ask(place, { chain }), place, 'revoked', detail)
  })

  it('says when the service answers no more for now', async () => {
    await place.publish(rig.all, claimOf(subject))
    place.fault(rig.all, 'rate_limited')
    expectFailure(await ask(place), place, place.name === 'dns' ? 'unreachable' : 'rate_limited', details.limited)
  })

  it('unreachable: no answer in time', async () => {
    await place.publish(rig.all, claimOf(subject))
    place.fault(rig.all, 'slow')
    const hasty = { ...rig.settings, timeoutMs: 500 }
    expectFailure(await ask(place, { settings: hasty }), place, 'unreachable', details.slow)
  })

  it('unreachable: the service is broken', async () => {
    await place.publish(rig.all, claimOf(subject))
    place.fault(rig.all, 'broken')
    expectFailure(await ask(place), place, 'unreachable', details.broken)
  })
})

describe('any subject', () => {
  const web = { subject: 'web:alice.test' }
  const publish = () => places.find(({ name }) => name === 'web')?.publish(rig.all, claimOf('web:alice.test'))

  it.each([
    ['revoked', { kind: 'revoked' }, `${alice.primary} ended itself in its sigchain`],
    [
      'revoked',
      { kind: 'rotated', to: mallory.primary },
      `${alice.primary} was replaced by ${mallory.primary} in its sigchain`,
    ],
  ] as const)('is %s with its key when the chain says %j', async (reason, status, detail) => {
    await publish()
    const result = await ask(web, { chain: { status, subjects: new Map() } })
    expect(result).toMatchObject({ status: 'failed', reason, detail })
  })

  it('is verified while its chain stands by it', async () => {
    await publish()
    const subjects = new Map([['web:alice.test', { status: 'active' as const, seq: 0, since: MADE }]])
    expect(await ask(web, { chain: { status: { kind: 'active' }, subjects } })).toMatchObject({ status: 'verified' })
  })

  it('tells whose it is when nobody was named, whoever signed there first', async () => {
    const asked = { ...web, settings: rig.settings, now: NOW }
    expect(await verifyProof(asked)).toEqual({
      status: 'failed',
      subject: web.subject,
      reason: 'not_found',
      detail: expect.any(String),
    })
    await publish()
    expect(await verifyProof(asked)).toMatchObject({ status: 'verified', ...web, primary: alice.primary })
  })

  it('is understood as people type it', async () => {
    await publish()
    expect(await ask({ subject: ' WEB:https://Alice.test/ ' })).toMatchObject({
      status: 'verified',
      subject: 'web:alice.test',
    })
  })

  it.each([
    ['pgp:0123abcd', alice.primary, 'unsupported', 'pgp: subjects cannot be verified'],
    [mallory.primary, alice.primary, 'unsupported', 'ed25519: subjects cannot be verified'],
    ['alice', alice.primary, 'malformed', 'an identifier is system:value, of at most 512 printable characters'],
    ['dns:localhost', alice.primary, 'malformed', 'a dns: identifier is a domain name such as example.org'],
    [
      'web:10.0.0.1',
      alice.primary,
      'malformed',
      'a web: identifier is a whole https site such as example.org, without a path',
    ],
    [
      'dns:alice.test',
      'github:alice',
      'malformed',
      'a primary is ed25519: and 64 lower-case hex digits, or nostr: and an npub',
    ],
  ] as const)('answers for %s by %s: %s', async (subject, primary, reason, detail) => {
    expect(await ask({ subject }, { primary })).toEqual({ status: 'failed', subject, primary, reason, detail })
  })

  it('is left alone once the caller gives up', async () => {
    await publish()
    const result = await ask(web, { signal: AbortSignal.abort() })
    expect(result).toMatchObject({
      status: 'failed',
      reason: 'unreachable',
      detail: 'alice.test did not answer in time',
    })
    expect(rig.all.web.requests).toHaveLength(0)
  })

  it('takes no longer than the time for all', async () => {
    await publish()
    rig.all.web.fault('slow')
    const result = await ask(web, { settings: { ...rig.settings, totalMs: 200 } })
    expect(result).toMatchObject({
      status: 'failed',
      reason: 'unreachable',
      detail: 'alice.test did not answer in time',
    })
  })
})
