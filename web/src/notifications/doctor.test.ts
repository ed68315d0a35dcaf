import { PushFailure, type PushTest, type PushTestStep, pushTestSteps } from '@kez-chat/contracts'
import { expect, it } from 'vitest'
import { de } from '../strings/de.ts'
import { en } from '../strings/en.ts'
import { adviceFor, isMendable } from './advice.ts'
import { type Check, checkNames, type Look, runDoctor } from './doctor.ts'

const linux = { browser: 'chrome', system: 'linux', installed: false } as const

const tested = (...outcomes: PushTestStep['outcome'][]): PushTest => ({
  ok: outcomes.every((outcome) => outcome === 'passed'),
  steps: pushTestSteps.map((step, i) => ({ step, outcome: outcomes[i] ?? 'skipped', detail: '' })),
})

const well: Look = {
  permission: () => 'granted',
  worker: async () => true,
  endpoint: async () => 'https://push.test/1',
  test: async () => tested('passed', 'passed', 'passed', 'passed'),
}

const outcomes = async (look: Partial<Look>): Promise<string> => {
  let last: readonly Check[] = []
  await runDoctor({ ...well, ...look }, (checks) => {
    expect(checks.map(({ name }) => name)).toEqual(checkNames)
    last = checks
  })
  return last.map(({ outcome }) => outcome[0]).join('')
}

it.each<[string, Partial<Look>, string]>([
  ['all is well', {}, 'ppppppp'],
  ['the permission is missing', { permission: () => 'denied' }, 'fssssss'],
  ['nobody was asked yet', { permission: () => 'default' }, 'fssssss'],
  ['the worker does not start', { worker: async () => false }, 'pfsssss'],
  ['the browser has no subscription', { endpoint: async () => undefined }, 'ppfssss'],
  ['the server does not know it', { test: async () => tested('failed') }, 'pppfsss'],
  ['its key is an old one', { test: async () => tested('passed', 'failed') }, 'ppppfss'],
  ['the push service refuses', { test: async () => tested('passed', 'passed', 'failed') }, 'pppppfs'],
  ['nothing has come yet', { test: async () => tested('passed', 'passed', 'passed', 'waiting') }, 'ppppppw'],
])('when %s the doctor stops there', async (_, look, seen) => {
  expect(await outcomes(look)).toBe(seen)
})

it('shows what it has seen when the server refuses to test', async () => {
  const seen: string[] = []
  const refuse = async () => Promise.reject(new Error('rate_limited'))
  const run = runDoctor({ ...well, test: refuse }, (checks) => {
    seen.push(checks.map(({ outcome }) => outcome[0]).join(''))
  })
  await expect(run).rejects.toThrow('rate_limited')
  expect(seen).toEqual(['lllllll', 'pllllll', 'pplllll', 'pppllll', 'pppssss'])
})

it('every step that can fail says what to do, and no step that has passed does', () => {
  const failed: Check[] = [
    ...(['permission', 'worker', 'subscription'] as const).map((name) => ({ name, outcome: 'failed' as const })),
    { name: 'subscription_known', outcome: 'failed', reason: 'unknown_subscription' },
    { name: 'key_matches', outcome: 'failed', reason: 'key_mismatch' },
    ...PushFailure.options.map((reason) => ({ name: 'endpoint_answered', outcome: 'failed', reason }) as const),
    { name: 'worker_confirmed', outcome: 'waiting', reason: 'no_receipt' },
  ]
  for (const check of failed) {
    expect(adviceFor(check, linux).length, JSON.stringify(check)).toBeGreaterThan(20)
    expect(adviceFor({ ...check, outcome: 'passed' }, linux)).toBe('')
  }
})

it('the advice is that of the browser and the device at hand', () => {
  const permission: Check = { name: 'permission', outcome: 'failed' }
  const waiting: Check = { name: 'worker_confirmed', outcome: 'waiting', reason: 'no_receipt' }
  expect(adviceFor(permission, { ...linux, browser: 'firefox' })).toContain('Firefox')
  expect(adviceFor(permission, { browser: 'safari', system: 'mac', installed: false })).toContain('Safari')
  expect(adviceFor(permission, { browser: 'safari', system: 'ios', installed: true })).toContain('Settings app')
  expect(adviceFor(waiting, { ...linux, system: 'android' })).toContain('battery')
  expect(adviceFor(waiting, { ...linux, system: 'mac' })).toContain('Focus')
})

it('offers a new subscription where that is the cure, and nowhere else', () => {
  const answered = (reason: PushFailure): Check => ({ name: 'endpoint_answered', outcome: 'failed', reason })
  expect(isMendable(answered('gone'))).toBe(true)
  expect(isMendable(answered('bad_subject'))).toBe(false)
  expect(isMendable({ name: 'subscription', outcome: 'failed' })).toBe(true)
  expect(isMendable({ name: 'worker_confirmed', outcome: 'waiting', reason: 'no_receipt' })).toBe(false)
})

it('asks for more patience in words than a number of minutes in both languages', () => {
  for (const { notifications } of [en, de]) {
    expect(notifications.problems.limited(1)).not.toContain('1')
    expect(notifications.problems.limited(4)).toContain('4')
  }
})
