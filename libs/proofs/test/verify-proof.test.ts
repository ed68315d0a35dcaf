import { type Claim, createClaim, primaryOf, signingKeyFromSeed } from '@kez-chat/identity'
import { type Counterparts, startCounterparts } from '@kez-chat/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FailureReason, type ProofSettings, verifyProof } from '../src/index.ts'
import { FEDIVERSE_HOST, type Place, places, settingsFor, WEB_HOST } from './places.ts'

const alice = signingKeyFromSeed(new Uint8Array(32).fill(1))
const mallory = signingKeyFromSeed(new Uint8Array(32).fill(2))

const MADE = Date.UTC(2026, 4, 25, 3)
const NOW = MADE + 60 * 60_000

const claim = (subject: string, by = alice, expiresAt?: number): Claim =>
  createClaim({ subject, createdAt: MADE, ...(expiresAt === undefined ? {} : { expiresAt }) }, by)

const tampered = (whole: Claim): Claim => {
  const { signature } = claim(whole.payload.subject, alice, MADE + 1_000)
  return { ...whole, signature }
}

let all: Counterparts
let settings: ProofSettings

beforeEach(async () => {
  all = await startCounterparts({ web: [WEB_HOST], activityPub: [FEDIVERSE_HOST] })
  settings = settingsFor(all)
})
afterEach(() => all.stop())

const ask = ({ subject }: Pick<Place, 'subject'>, more: Partial<Parameters<typeof verifyProof>[0]> = {}) =>
  verifyProof({ subject, primary: alice.primary, settings, now: NOW, ...more })

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
    await place.publish(all, claim(subject, alice, NOW + 1_000))
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
    await place.join(all)
    expectFailure(await ask(place), place, 'not_found', details.nothing)
  })

  it('subject_mismatch: a claim about something else', async () => {
    await place.publish(all, claim(otherSubject))
    const detail = `the claim at PLACE is about ${otherSubject}, not SUBJECT`
    expectFailure(await ask(place), place, 'subject_mismatch', detail)
  })

  it('primary_mismatch: a claim by another key', async () => {
    await place.publish(all, claim(subject, mallory))
    const detail = `the claim at PLACE is by ${mallory.primary}, not ${alice.primary}`
    expectFailure(await ask(place), place, 'primary_mismatch', detail)
  })

  it('bad_signature: a claim that was changed', async () => {
    await place.publish(all, tampered(claim(subject)))
    const detail = 'the claim at PLACE does not hold: the signature does not match'
    expectFailure(await ask(place), place, 'bad_signature', detail)
  })

  it('expired: a claim whose time is over', async () => {
    await place.publish(all, claim(subject, alice, NOW))
    const detail = 'the claim at PLACE expired at 2026-05-25T04:00:00.000Z'
    expectFailure(await ask(place), place, 'expired', detail)
  })

  it('malformed: a claim from the future', async () => {
    await place.publish(all, claim(subject))
    const detail = 'the claim at PLACE is dated in the future'
    expectFailure(await ask(place, { now: MADE - 10 * 60_000 }), place, 'malformed', detail)
  })

  it('malformed: something that is meant as a claim and is none', async () => {
    await place.scribble(all)
    expectFailure(await ask(place), place, 'malformed', details.malformed)
  })

  it('unsupported: a claim of a version to come', async () => {
    const now = claim(subject)
    await place.publish(all, { ...now, payload: { ...now.payload, version: 2 } })
    const detail = 'the claim at PLACE does not hold: expected version 1'
    expectFailure(await ask(place), place, 'unsupported', detail)
  })

  it('revoked: its sigchain took the subject back', async () => {
    await place.publish(all, claim(subject))
    const chain = {
      status: { kind: 'active' as const },
      subjects: new Map([[subject, { status: 'revoked' as const, seq: 1, since: MADE }]]),
    }
    const detail = `${alice.primary} took SUBJECT back in its sigchain`
    expectFailure(await ask(place, { chain }), place, 'revoked', detail)
  })

  it('says when the service answers no more for now', async () => {
    await place.publish(all, claim(subject))
    place.fault(all, 'rate_limited')
    expectFailure(await ask(place), place, place.name === 'dns' ? 'unreachable' : 'rate_limited', details.limited)
  })

  it('unreachable: no answer in time', async () => {
    await place.publish(all, claim(subject))
    place.fault(all, 'slow')
    const hasty = { ...settings, timeoutMs: 500 }
    expectFailure(await ask(place, { settings: hasty }), place, 'unreachable', details.slow)
  })

  it('unreachable: the service is broken', async () => {
    await place.publish(all, claim(subject))
    place.fault(all, 'broken')
    expectFailure(await ask(place), place, 'unreachable', details.broken)
  })
})

describe('any subject', () => {
  const web = { subject: 'web:alice.test' }
  const publish = () => places.find(({ name }) => name === 'web')?.publish(all, claim('web:alice.test'))

  it.each([
    ['revoked', { kind: 'revoked' }, `${alice.primary} ended itself in its sigchain`],
    [
      'revoked',
      { kind: 'rotated', to: primaryOf(mallory.publicKey) },
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
    expect(all.web.requests).toHaveLength(0)
  })

  it('takes no longer than the time for all', async () => {
    await publish()
    all.web.fault('slow')
    const result = await ask(web, { settings: { ...settings, totalMs: 200 } })
    expect(result).toMatchObject({
      status: 'failed',
      reason: 'unreachable',
      detail: 'alice.test did not answer in time',
    })
  })
})
