import { encodeCompact, encodeJson, fromHex, nostrPrimaryOf } from '@kez-chat/identity'
import { freePort, signNostrEvent, startRelayCounterpart } from '@kez-chat/testkit'
import { describe, expect, it } from 'vitest'
import { NOSTR_KEY, NOSTR_SECRET } from './places.ts'
import { alice, askFor, claimOf, mallory, useCounterparts } from './rig.ts'

const SUBJECT = nostrPrimaryOf(fromHex(NOSTR_KEY, 32))
const KEZ_TAG = [['d', 'kez']]

const event = (kind: number, content: string, tags: string[][] = [], createdAt = 1_780_000_000) =>
  signNostrEvent(NOSTR_SECRET, NOSTR_KEY, { kind, content, tags, createdAt })

describe('proofs on nostr', () => {
  const rig = useCounterparts()

  it('are found in the about of a profile', async () => {
    const about = `alice, ${await encodeCompact(claimOf(SUBJECT))}`
    await rig.all.relay.publish(event(0, JSON.stringify({ name: 'alice', about })))
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
  })

  it('are found in a note', async () => {
    await rig.all.relay.publish(event(1, `keys: ${await encodeCompact(claimOf(SUBJECT))}`))
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
  })

  it('are found in a note tagged kez behind 150 newer ones', async () => {
    await rig.all.relay.publish(event(1, await encodeCompact(claimOf(SUBJECT)), [['t', 'kez']]))
    for (let n = 1; n <= 150; n++) await rig.all.relay.publish(event(1, `${n}`, [], 1_780_000_000 + n))
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
  })

  it('are the newest version on any relay, not the one that some relay still has', async () => {
    const other = await startRelayCounterpart()
    const settings = { ...rig.settings, relays: [rig.all.relay.url, other.url] }
    await rig.all.relay.publish(event(30_078, encodeJson(claimOf(SUBJECT)), KEZ_TAG))
    await other.publish(event(30_078, encodeJson(claimOf(SUBJECT, mallory)), KEZ_TAG, 1_780_000_001))
    expect(await askFor(rig, SUBJECT, { settings })).toMatchObject({ status: 'failed', reason: 'primary_mismatch' })
    await other.stop()
  })

  it('are found although another relay is away, silent or broken', async () => {
    const silent = await startRelayCounterpart()
    silent.fault('silent')
    const relays = [`ws://127.0.0.1:${await freePort()}`, silent.url, rig.all.relay.url]
    await rig.all.relay.publish(event(30_078, encodeJson(claimOf(SUBJECT)), KEZ_TAG))
    const settings = { ...rig.settings, relays }
    expect(await askFor(rig, SUBJECT, { settings })).toMatchObject({ status: 'verified' })
    await silent.stop()
  })

  it('are not there when a relay made them up', async () => {
    const genuine = event(30_078, encodeJson(claimOf(SUBJECT)), KEZ_TAG)
    rig.all.relay.forge({ ...genuine, sig: event(1, 'another').sig })
    rig.all.relay.forge({ ...event(30_078, '', KEZ_TAG), content: encodeJson(claimOf(SUBJECT)) })
    rig.all.relay.forge({ ...event(1, ''), content: await encodeCompact(claimOf(SUBJECT)) })
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason: 'not_found' })
  })

  it('stand against newer versions that a relay made up', async () => {
    await rig.all.relay.publish(event(30_078, encodeJson(claimOf(SUBJECT)), KEZ_TAG))
    rig.all.relay.forge({ ...event(30_078, 'nothing', KEZ_TAG, 1_790_000_000), content: 'nothing here' })
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'verified' })
  })

  it('are only what the key itself says', async () => {
    const secret = '1'.padStart(64, '0')
    const key = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'
    rig.all.relay.forge(signNostrEvent(secret, key, { kind: 1, content: await encodeCompact(claimOf(SUBJECT)) }))
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason: 'not_found' })
  })

  it('may be claims by the very kind of key that chat does not take', async () => {
    const other = nostrPrimaryOf(fromHex('79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', 32))
    await rig.all.relay.publish(event(30_078, encodeJson(claimOf(SUBJECT)), KEZ_TAG))
    const detail = expect.stringContaining(`is by ${alice.primary}, not ${other}`)
    expect(await askFor(rig, SUBJECT, { primary: other })).toMatchObject({ reason: 'primary_mismatch', detail })
  })

  it.each([
    ['huge', 'unreachable', 'none of 1 relays answered'],
    ['refusing', 'unreachable', 'none of 1 relays answered'],
  ] as const)('cannot be seen on a relay that is %s', async (fault, reason, detail) => {
    rig.all.relay.fault(fault)
    expect(await askFor(rig, SUBJECT)).toMatchObject({ status: 'failed', reason, detail })
  })

  it('cannot be seen on a relay that talks nonsense', async () => {
    rig.all.relay.fault('garbage')
    const settings = { ...rig.settings, timeoutMs: 300 }
    expect(await askFor(rig, SUBJECT, { settings })).toMatchObject({ status: 'failed', reason: 'unreachable' })
  })

  it('cannot be seen without relays', async () => {
    const settings = { ...rig.settings, relays: [] }
    const detail = 'no relays are configured'
    expect(await askFor(rig, SUBJECT, { settings })).toMatchObject({ status: 'failed', reason: 'unreachable', detail })
  })
})
