import { commandSubject, PushDoctorReport } from '@kez-chat/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { newInbox, type Rig, startRig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await rig.startPush()
})
afterAll(async () => rig?.stop())

const receipt = (endpoint: string) => rig.ask(commandSubject.pushReceipt, { endpoint }, z.unknown())
const doctor = async (inbox?: ReturnType<typeof newInbox>) =>
  (await rig.ask(commandSubject.pushDoctor, inbox ? { inbox } : {}, PushDoctorReport)).findings

it('a push that comes to the device passes every step', async () => {
  const inbox = newInbox()
  const endpoint = await rig.subscribe(inbox)
  const testing = rig.test(inbox, endpoint)
  await expect.poll(() => rig.service.pushesTo(endpoint).length).toBe(1)
  await receipt(endpoint)
  expect(await testing).toMatchObject({
    ok: true,
    steps: [
      { step: 'subscription_known', outcome: 'passed' },
      { step: 'key_matches', outcome: 'passed' },
      { step: 'endpoint_answered', outcome: 'passed', status: 201 },
      { step: 'worker_confirmed', outcome: 'passed' },
    ],
  })
  expect(rig.service.pushesTo(endpoint)).toMatchObject([{ bytes: 0, topic: 'kez-test', ttl: 60 }])
  expect((await rig.list(inbox)).subscriptions[0]?.last_receipt).toMatch(/^2/)
})

it('a device that never says that the push came is waited for, and not called broken', async () => {
  const inbox = newInbox()
  const endpoint = await rig.subscribe(inbox)
  await receipt(endpoint)
  const { ok, steps } = await rig.test(inbox, endpoint)
  expect(ok).toBe(false)
  expect(steps[3]).toMatchObject({ outcome: 'waiting', reason: 'no_receipt', detail: expect.stringMatching(/offline/) })
})

describe('each case that is broken on purpose is explained', () => {
  it('a device that the server does not know', async () => {
    const { ok, steps } = await rig.test(newInbox(), rig.service.subscribe())
    expect(ok).toBe(false)
    expect(steps.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped', 'skipped', 'skipped'])
    expect(steps[0]).toMatchObject({ reason: 'unknown_subscription', detail: expect.stringMatching(/Subscribe again/) })
  })

  it.each([
    [{ status: 404 }, 'gone', /browser has ended/],
    [{ status: 410 }, 'gone', /browser has ended/],
    [{ status: 413 }, 'too_large', /too large/],
    [{ status: 400 }, 'refused', /refuses the push/],
    [{ status: 403 }, 'not_authorised', /clock/],
    [{ status: 403, body: '{"reason":"BadJwtToken"}' }, 'bad_subject', /KEZ_VAPID_SUBJECT/],
    [{ status: 400, body: '{"reason":"VapidPkHashMismatch"}' }, 'key_mismatch', /another VAPID key/],
    [{ status: 429, retryAfter: '30' }, 'rate_limited', /asks to wait/],
    [{ status: 500 }, 'service_error', /trouble of its own/],
    ['reset' as const, 'unreachable', /firewall/],
    ['stall' as const, 'no_answer', /10 seconds/],
  ])('a push service that answers %j', async (fault, reason, detail) => {
    const inbox = newInbox()
    const endpoint = await rig.subscribe(inbox)
    rig.service.fault(fault, endpoint)
    const { ok, steps } = await rig.test(inbox, endpoint)
    expect(ok).toBe(false)
    expect(steps[2]).toMatchObject({ outcome: 'failed', reason, detail: expect.stringMatching(detail) })
    expect(steps[2]?.status).toBe(typeof fault === 'object' ? fault.status : undefined)
    expect(steps[3]?.outcome).toBe('skipped')
    await rig.ask(commandSubject.pushUnsubscribe, { inbox, endpoint }, z.unknown())
  })

  it('a subscription that is bound to another key, whatever the server believes', async () => {
    const inbox = newInbox()
    const endpoint = rig.service.subscribe(`B${'A'.repeat(86)}`)
    await rig.subscribe(inbox, { endpoint })
    expect((await rig.test(inbox, endpoint)).steps[2]).toMatchObject({ reason: 'key_mismatch', status: 403 })
  })

  it('a push service that is allowed no more, or leads to a private address', async () => {
    const own = await startRig()
    try {
      const first = await own.startPush()
      const inbox = newInbox()
      const endpoint = await own.subscribe(inbox)
      await first.stop()
      const second = await own.startPush({ env: { KEZ_PUSH_HOSTS: '' } })
      const reason = async () => (await own.test(inbox, endpoint)).steps[2]?.reason
      expect(await reason()).toBe('not_allowed')
      await second.stop()
      // Without a counterpart the name is really looked up, and it is allowed: the address decides.
      await own.startPush({ env: { KEZ_PUSH_HOSTS: '127.0.0.1,push.test', KEZ_PUSH_COUNTERPARTS: '' } })
      const loopback = 'https://127.0.0.1/wpush/v2/x'
      await own.subscribe(inbox, { endpoint: loopback })
      expect((await own.test(inbox, loopback)).steps[2]?.reason).toBe('not_allowed')
      expect(await reason()).toBe('unreachable')
      expect(own.service.attempts.size).toBe(0)
    } finally {
      await own.stop()
    }
  })
})

describe('the doctor of operators', () => {
  it('says what is well, and names neither endpoints nor people', async () => {
    const inbox = newInbox()
    const endpoint = await rig.subscribe(inbox, { label: 'Phone' })
    await rig.arrives(inbox)
    await expect.poll(() => rig.service.pushesTo(endpoint).length).toBe(1)
    await expect.poll(async () => (await rig.list(inbox)).subscriptions[0]?.last_success).not.toBeNull()
    const findings = await doctor(inbox)
    expect(findings.filter(({ level }) => level === 'problem')).toEqual([])
    expect(findings.map(({ about }) => about)).toEqual(
      expect.arrayContaining([
        'contact',
        'keys',
        'push.test',
        'backlog',
        'wakes',
        expect.stringMatching(/^device .* \(Phone\)$/),
      ]),
    )
    expect(JSON.stringify(findings)).not.toContain('/wpush/')
    expect(JSON.stringify(findings)).not.toContain(inbox)
  })

  it('says why the pushes of one person fail', async () => {
    const inbox = newInbox()
    expect(await doctor(inbox)).toContainEqual(expect.objectContaining({ level: 'problem', about: 'devices' }))
    const endpoint = await rig.subscribe(inbox)
    rig.service.fault({ status: 403, body: 'BadJwtToken' }, endpoint)
    await rig.arrives(inbox)
    await expect.poll(async () => (await rig.list(inbox)).subscriptions[0]?.failure).toBe('bad_subject')
    const findings = await doctor(inbox)
    expect(findings).toContainEqual({
      level: 'problem',
      about: expect.stringMatching(/^device /),
      detail: expect.stringMatching(/bad_subject \(403\).*KEZ_VAPID_SUBJECT/),
    })
    expect(findings).toContainEqual(expect.objectContaining({ level: 'warning', about: 'wakes' }))
  })

  it('says that the contact is not real, that keys are lost, and that a push service cannot be reached', async () => {
    const own = await startRig()
    try {
      const first = await own.startPush()
      await own.subscribe(newInbox())
      await first.stop()
      await own.service.stop()
      await own.startPush({
        env: { KEZ_VAPID_SUBJECT: '', KEZ_VAPID_KEYS_FILE: `${own.env.KEZ_VAPID_KEYS_FILE}.new` },
      })
      const { findings } = await own.ask(commandSubject.pushDoctor, {}, PushDoctorReport)
      const problems = findings.filter(({ level }) => level === 'problem')
      expect(problems.map(({ about, detail }) => `${about}: ${detail}`)).toEqual([
        expect.stringMatching(/^contact: https:\/\/localhost is no contact/),
        expect.stringMatching(/^keys: 1 devices are bound to a VAPID key that is not in the key file/),
        expect.stringMatching(/^push\.test: .*firewall/),
      ])
    } finally {
      await own.stop()
    }
  })
})
