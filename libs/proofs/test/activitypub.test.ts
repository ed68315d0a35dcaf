import { encodeCompact, encodeMarkdown } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { askFor, claimOf, useCounterparts } from './rig.ts'

const ACCOUNT = 'alice@social.test'
const SUBJECT = `ap:@${ACCOUNT}`

describe('proofs in the fediverse', () => {
  const rig = useCounterparts()

  it('are found in a field of the profile', async () => {
    const value = await encodeCompact(claimOf(SUBJECT))
    rig.all.activityPub.setProfile(ACCOUNT, { bio: 'hello', fields: [{ name: 'keys', value }] })
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
  })

  it('are found as JSON in a fence, through the HTML that is made of it', async () => {
    rig.all.activityPub.setProfile(ACCOUNT, { bio: encodeMarkdown(claimOf(SUBJECT)) })
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
  })

  it.each([`mastodon:${ACCOUNT}`, `mastodon:@${ACCOUNT}`, `ap:${ACCOUNT}`])(
    'are found by the spelling %s',
    async (subject) => {
      rig.all.activityPub.setProfile(ACCOUNT, { bio: await encodeCompact(claimOf(SUBJECT)) })
      expect(await askFor(rig, subject)).toMatchObject({ status: 'verified', subject: SUBJECT })
    },
  )

  it('are not found once the account is suspended', async () => {
    rig.all.activityPub.suspend(ACCOUNT)
    const detail = `the profile of ${ACCOUNT} is gone`
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason: 'not_found', detail })
  })

  it.each([
    ['https://127.0.0.1/users/alice', '127.0.0.1 leads to an address that is not public'],
    ['https://169.254.169.254/latest/meta-data', '169.254.169.254 leads to an address that is not public'],
    ['http://elsewhere.test/users/alice', 'elsewhere.test is asked for over something else than HTTPS'],
  ])('are never looked for at %s, though WebFinger says so', async (href, detail) => {
    const links = [{ rel: 'self', type: 'application/activity+json', href }]
    rig.all.web.publish('social.test', '/.well-known/webfinger', JSON.stringify({ subject: `acct:${ACCOUNT}`, links }))
    const counterparts = { 'social.test': rig.all.web.origin }
    const result = await askFor(rig, SUBJECT, { settings: { ...rig.settings, counterparts } })
    expect(result).toMatchObject({ status: 'failed', reason: 'unreachable', detail })
  })

  it.each([
    ['no link at all', {}],
    ['a profile page alone', { links: [{ rel: 'self', type: 'text/html', href: 'https://social.test/@alice' }] }],
    ['a link to nowhere', { links: [{ rel: 'self', type: 'application/activity+json', href: 'alice' }] }],
  ])('do not exist for an account with %s', async (_name, jrd) => {
    rig.all.web.publish('social.test', '/.well-known/webfinger', JSON.stringify(jrd))
    const counterparts = { 'social.test': rig.all.web.origin }
    const result = await askFor(rig, SUBJECT, { settings: { ...rig.settings, counterparts } })
    const detail = `${ACCOUNT} is no account of the fediverse`
    expect(result).toMatchObject({ status: 'failed', reason: 'not_found', detail })
  })

  it('tell when the server answers again, which Mastodon writes as a date', async () => {
    rig.all.activityPub.fault('rate_limited')
    const result = await askFor(rig, SUBJECT)
    if (result.status !== 'failed') expect.fail('verified')
    expect(result.retryAfter).toBeGreaterThan(200)
    expect(result.retryAfter).toBeLessThanOrEqual(300)
  })
})
