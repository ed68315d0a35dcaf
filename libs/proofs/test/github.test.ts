import { encodeCompact, encodeMarkdown } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { askFor, claimOf, MADE, useCounterparts } from './rig.ts'

const SUBJECT = 'github:alice'

describe('proofs on GitHub', () => {
  const rig = useCounterparts()

  it('are found in the README of the profile when there is no gist for them', async () => {
    rig.all.github.publishReadme('alice', `# Alice\n\nkeys: ${await encodeCompact(claimOf(SUBJECT))}\n`)
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified', place: 'https://github.com/alice/alice' })
  })

  it('are found in the README when the gist no longer holds', async () => {
    rig.all.github.publishGist('alice', { 'kez.md': encodeMarkdown(claimOf(SUBJECT, undefined, MADE + 1_000)) })
    rig.all.github.publishReadme('alice', encodeMarkdown(claimOf(SUBJECT)))
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified', place: 'https://github.com/alice/alice' })
  })

  it('say what is wrong with the gist when the README says nothing', async () => {
    rig.all.github.publishGist('alice', { 'kez.md': encodeMarkdown(claimOf(SUBJECT, undefined, MADE + 1_000)) })
    rig.all.github.publishReadme('alice', '# Alice\n\nI like kez.')
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason: 'expired' })
  })

  it('are found behind 70 newer gists', async () => {
    rig.all.github.publishGist('alice', { 'kez.md': encodeMarkdown(claimOf(SUBJECT)) })
    for (let n = 0; n < 70; n++) rig.all.github.publishGist('alice', { 'notes.md': `${n}` })
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
  })

  it('are looked for in at most 90 gists, with at most 4 requests to the API', async () => {
    for (let n = 0; n < 200; n++) rig.all.github.publishGist('alice', { 'notes.md': `${n}` })
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason: 'not_found' })
    expect(rig.all.github.requests).toHaveLength(4)
  })

  it('do not follow an account that was renamed, since somebody else may take the name', async () => {
    rig.all.github.publishReadme('alice', encodeMarkdown(claimOf(SUBJECT)))
    rig.all.github.rename('alice')
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason: 'not_found' })
  })

  it.each([
    ['primary_403', 1_700, 1_800],
    ['primary_429', 1_700, 1_800],
    ['secondary_403', 1_700, 1_800],
  ] as const)('tell when GitHub answers again after %s', async (kind, least, most) => {
    rig.all.github.limitWith(kind)
    rig.all.github.fault('rate_limited')
    const result = await askFor(rig, SUBJECT)
    if (result.status !== 'failed') expect.fail('verified')
    expect(result.reason).toBe('rate_limited')
    expect(result.retryAfter).toBeGreaterThan(least)
    expect(result.retryAfter).toBeLessThanOrEqual(most)
  })

  it.each([
    ['garbage', 'unreachable', 'api.github.com answers something unexpected'],
    ['huge', 'malformed', 'the answer of api.github.com is larger than 1048576 bytes'],
    ['cut_off', 'unreachable', 'api.github.com could not be reached'],
  ] as const)('fail in words when the API is %s', async (fault, reason, detail) => {
    rig.all.github.fault(fault)
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason, detail })
  })
})
