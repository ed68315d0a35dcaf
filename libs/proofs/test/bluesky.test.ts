import { encodeCompact } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { askFor, claimOf, useCounterparts } from './rig.ts'

const HANDLE = 'alice.bsky.social'
const SUBJECT = `bluesky:${HANDLE}`

describe('proofs on Bluesky', () => {
  const rig = useCounterparts()

  it('are found in the words of a post', async () => {
    rig.all.bluesky.post(HANDLE, `me: ${await encodeCompact(claimOf(SUBJECT))}`)
    rig.all.bluesky.post(HANDLE, 'hello')
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
  })

  it('are found for an account that is named by its DID', async () => {
    const subject = `bluesky:${rig.all.bluesky.did(HANDLE)}`
    rig.all.bluesky.post(HANDLE, await encodeCompact(claimOf(subject)))
    expect(await askFor(rig, subject)).toMatchObject({ status: 'verified', subject })
  })

  it('are found 120 posts ago', async () => {
    rig.all.bluesky.post(HANDLE, await encodeCompact(claimOf(SUBJECT)))
    for (let n = 0; n < 120; n++) rig.all.bluesky.post(HANDLE, `${n}`)
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
  })

  it('are found in a pinned post however old it is', async () => {
    rig.all.bluesky.post(HANDLE, await encodeCompact(claimOf(SUBJECT)), { pinned: true })
    for (let n = 0; n < 300; n++) rig.all.bluesky.post(HANDLE, `${n}`)
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
    expect(rig.all.bluesky.requests).toHaveLength(1)
  })

  it('are looked for in at most three pages of posts', async () => {
    for (let n = 0; n < 300; n++) rig.all.bluesky.post(HANDLE, `${n}`)
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason: 'not_found' })
    expect(rig.all.bluesky.requests).toHaveLength(3)
  })

  it('are not what somebody else wrote and the account only repeats', async () => {
    rig.all.bluesky.post('mallory.bsky.social', await encodeCompact(claimOf(SUBJECT)))
    rig.all.bluesky.repost(HANDLE, 'mallory.bsky.social')
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason: 'not_found' })
  })

  it('tell when Bluesky answers again', async () => {
    rig.all.bluesky.fault('rate_limited')
    const result = await askFor(rig, SUBJECT)
    if (result.status !== 'failed') expect.fail('verified')
    expect(result.retryAfter).toBeGreaterThan(200)
    expect(result.retryAfter).toBeLessThanOrEqual(300)
  })
})
