import type { App } from '@kez-chat/runtime'
import type { PushFault } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { movedClock, newInbox, type Rig, startRig } from './rig.ts'

const clock = movedClock()
/** Retries come at once, so that a test need not wait for them; how long they really wait has tests of its own. */
const soon = { pause: () => 200 }
let rig: Rig
let app: App
beforeAll(async () => {
  rig = await startRig({ pushService: { hosts: ['push.test', 'stalled.test'] } })
  app = await rig.startPush({ now: clock.now, deliveries: soon })
})
afterAll(async () => rig?.stop())

const attempts = (endpoint: string): number => rig.service.attempts.get(endpoint) ?? 0
const deviceOf = async (inbox: ReturnType<typeof newInbox>) => (await rig.list(inbox)).subscriptions[0]
const person = async () => {
  const inbox = newInbox()
  return { inbox, endpoint: await rig.subscribe(inbox) }
}

it.each([404, 410])(
  'a subscription of which the push service says %i is dropped, for everybody who has it',
  async (status) => {
    const { inbox, endpoint } = await person()
    const other = newInbox()
    await rig.subscribe(other, { endpoint })
    rig.service.fault({ status }, endpoint)
    await rig.arrives(inbox)
    await expect.poll(() => deviceOf(inbox)).toBeUndefined()
    expect(await deviceOf(other)).toBeUndefined()
    expect(attempts(endpoint)).toBe(1)
  },
)

it.each([
  [{ status: 413 }, 'too_large', 413],
  [{ status: 400 }, 'refused', 400],
  [{ status: 403 }, 'not_authorised', 403],
  [{ status: 403, body: '{"reason":"BadJwtToken"}' }, 'bad_subject', 403],
  [{ status: 307, body: '' }, 'refused', 307],
] satisfies [PushFault, string, number][])(
  '%j is kept with its reason, and not tried again',
  async (fault, failure, status) => {
    const { inbox, endpoint } = await person()
    rig.service.fault(fault, endpoint)
    await rig.arrives(inbox)
    await expect.poll(() => deviceOf(inbox)).toMatchObject({ failure, failure_status: status, last_success: null })
    expect(
      await rig.sql('select d.* from deliveries d join subscriptions s on s.id = d.subscription where s.inbox = $1', [
        inbox,
      ]),
    ).toEqual([])
    expect(attempts(endpoint)).toBe(1)

    // Nobody took the wake, so the next message is not held back by it, but by the 10 minutes alone.
    rig.service.fault(undefined, endpoint)
    clock.ahead += 11 * 60_000
    await rig.arrives(inbox)
    await expect.poll(() => rig.service.pushesTo(endpoint).length).toBe(1)
    await expect.poll(() => deviceOf(inbox)).toMatchObject({ failure: null, failure_status: null })
  },
)

it.each([
  [{ status: 429, retryAfter: '1' }, 'rate_limited'],
  [{ status: 500 }, 'service_error'],
  [{ status: 503, retryAfter: '1' }, 'service_error'],
  ['reset', 'unreachable'],
] satisfies [PushFault, string][])('%j is tried again until it goes well', async (fault, failure) => {
  const { inbox, endpoint } = await person()
  rig.service.fault(fault, endpoint)
  await rig.arrives(inbox)
  await expect.poll(() => attempts(endpoint)).toBeGreaterThan(1)
  await expect.poll(() => deviceOf(inbox)).toMatchObject({ failure })
  rig.service.fault(undefined, endpoint)
  await expect.poll(() => rig.service.pushesTo(endpoint).length).toBe(1)
  await expect.poll(() => deviceOf(inbox)).toMatchObject({ failure: null })
})

it('one push service that stalls holds up none of a thousand healthy devices', async () => {
  const stalled = await rig.subscribeMany(40, 'stalled.test')
  const healthy = await rig.subscribeMany(1_000)
  rig.service.fault('stall', 'stalled.test')
  await Promise.all(stalled.map(({ inbox }) => rig.arrives(inbox)))
  await expect.poll(() => stalled.filter(({ endpoint }) => attempts(endpoint) > 0).length).toBeGreaterThan(8)
  await Promise.all(healthy.map(({ inbox }) => rig.arrives(inbox)))
  await expect
    .poll(() => healthy.filter(({ endpoint }) => rig.service.pushesTo(endpoint).length === 1).length, {
      timeout: 40_000,
    })
    .toBe(1_000)
  expect(stalled.filter(({ endpoint }) => rig.service.pushesTo(endpoint).length > 0)).toEqual([])
  rig.service.fault(undefined, 'stalled.test')
})

it('never is more than one push to a device under way', () => {
  expect(rig.service.mostAtOnce()).toBe(1)
})

it('what is done is counted by push service and outcome, and names nobody', async () => {
  const { inbox, endpoint } = await person()
  await rig.arrives(inbox)
  await expect.poll(() => rig.service.pushesTo(endpoint).length).toBe(1)
  const text = await app.metrics.metrics()
  expect(text).toMatch(/^kez_push_attempts_total\{service="push\.test",outcome="delivered"\} [1-9]\d*$/m)
  expect(text).toMatch(/^kez_push_attempts_total\{service="push\.test",outcome="service_error"\} [1-9]\d*$/m)
  expect(text).toMatch(/^kez_push_attempt_seconds_count\{service="push\.test"\} [1-9]\d*$/m)
  expect(text).toMatch(/^kez_push_subscriptions\{state="alive"\} [1-9]\d*$/m)
  expect(text).toMatch(/^kez_push_oldest_pending_seconds \d/m)
  expect(text).not.toContain('wpush')
  expect(text).not.toContain(inbox)
})
