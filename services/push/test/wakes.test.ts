import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { movedClock, newInbox, type Rig, startRig } from './rig.ts'

const minute = 60_000
const clock = movedClock()
let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await rig.startPush({ now: clock.now })
})
beforeEach(() => {
  clock.ahead = 0
})
afterAll(async () => rig?.stop())

const pushesTo = (endpoint: string) => rig.service.pushesTo(endpoint).length
const allSeen = () => expect.poll(rig.unseen).toBe(0)

it('a message wakes every device of its recipient at once, and says nothing', async () => {
  const inbox = newInbox()
  const phone = await rig.subscribe(inbox, { label: 'Firefox on Android' })
  const laptop = await rig.subscribe(inbox)
  const other = await rig.subscribe(newInbox())
  await rig.arrives(inbox)
  await expect.poll(() => [pushesTo(phone), pushesTo(laptop)]).toEqual([1, 1])
  expect(rig.service.pushesTo(phone)).toMatchObject([
    { bytes: 0, ttl: 86_400, urgency: 'high', topic: 'kez-wake', subject: 'mailto:operator@kez-chat.org' },
  ])
  expect(pushesTo(other)).toBe(0)
})

it('acks and file chunks wake nobody', async () => {
  const inbox = newInbox()
  const phone = await rig.subscribe(inbox)
  for (let i = 0; i < 5; i++) await rig.arrives(inbox, false)
  await allSeen()
  expect(pushesTo(phone)).toBe(0)
  await rig.arrives(inbox)
  await expect.poll(() => pushesTo(phone)).toBe(1)
})

it('nobody is woken again until a client has read, and then at most once in 10 minutes', async () => {
  const inbox = newInbox()
  const phone = await rig.subscribe(inbox)
  const first = await rig.arrives(inbox)
  await expect.poll(() => pushesTo(phone)).toBe(1)
  for (let i = 0; i < 20; i++) await rig.arrives(inbox)
  await allSeen()
  clock.ahead = 11 * minute
  const last = await rig.arrives(inbox)
  await allSeen()
  expect(pushesTo(phone)).toBe(1)

  await rig.reads(inbox, 'asked', last)
  clock.ahead = 9 * minute
  await rig.arrives(inbox)
  await allSeen()
  expect(pushesTo(phone)).toBe(1)
  expect(first).toBeLessThan(last)

  clock.ahead = 11 * minute
  await expect.poll(() => pushesTo(phone)).toBe(2)
})

it('a wake that waits is dropped when the message has been asked for, and not when a stream was merely open', async () => {
  const [away, here] = [newInbox(), newInbox()]
  const [awayPhone, herePhone] = [await rig.subscribe(away), await rig.subscribe(here)]
  for (const inbox of [away, here]) {
    const seq = await rig.arrives(inbox)
    await expect.poll(() => pushesTo(inbox === away ? awayPhone : herePhone)).toBe(1)
    await rig.reads(inbox, 'live', seq)
  }
  await rig.reads(away, 'live', await rig.arrives(away))
  await rig.reads(here, 'asked', await rig.arrives(here))
  await allSeen()
  clock.ahead = 11 * minute
  await expect.poll(() => pushesTo(awayPhone)).toBe(2)
  await expect.poll(() => rig.sql('select inbox from wakes where due_at is not null')).toEqual([])
  expect(pushesTo(herePhone)).toBe(1)
})

it('what came while the push service was down is woken for once it is back', async () => {
  const inbox = newInbox()
  const phone = await rig.subscribe(inbox)
  const late = await startRig()
  try {
    const app = await late.startPush()
    const endpoint = await late.subscribe(inbox)
    await app.stop()
    for (let i = 0; i < 300; i++) await late.arrives(inbox)
    await late.startPush()
    await expect.poll(() => late.service.pushesTo(endpoint).length).toBe(1)
    await expect.poll(late.unseen).toBe(0)
    expect(late.service.pushesTo(endpoint)).toHaveLength(1)
  } finally {
    await late.stop()
  }
  expect(pushesTo(phone)).toBe(0)
})
