import type { PushSubscriptionInfo } from '@kez-chat/contracts'
import { expect, it } from 'vitest'
import { type Cure, cureFor, type Facts } from './heal.ts'

const listed = (fingerprint: string, vapid_key = 'key'): PushSubscriptionInfo => ({
  ...{ fingerprint, vapid_key, label: '', push_service: 'push.test', created_at: '2026-01-01T00:00:00.000Z' },
  ...{ last_success: null, last_failure: null, failure: null, failure_status: null, last_receipt: null },
})

const server = (subscriptions: PushSubscriptionInfo[], removed: string[] = []): Facts['server'] => ({
  ...{ vapid_key: 'key', subscriptions, removed },
})

const whole: Facts = {
  wanted: true,
  allowed: true,
  own: { fingerprint: 'a', key: 'key' },
  noted: 'a',
  server: server([listed('b'), listed('a')]),
}

it.each<[string, Partial<Facts>, Cure]>([
  ['all agrees', {}, 'nothing'],
  ['the browser has lost it', { own: undefined }, 'subscribe'],
  ['the server has lost it', { server: server([listed('b')]) }, 'subscribe'],
  ["the server's key was rotated", { server: { ...whole.server, vapid_key: 'new key' } }, 'subscribe'],
  ['the browser has it with another key', { own: { fingerprint: 'a', key: 'old key' } }, 'subscribe'],
  ['the server has it with another key', { server: server([listed('a', 'old key')]) }, 'subscribe'],
  ['the browser has changed it and nobody was told', { own: { fingerprint: 'c', key: 'key' } }, 'subscribe'],
  ['it was lost, but the permission is gone', { own: undefined, allowed: false }, 'nothing'],
  ['its owner removed it from another device', { server: server([listed('b')], ['a']) }, 'give_up'],
  ['so they did, and the browser has changed it since', { own: undefined, server: server([], ['a']) }, 'give_up'],
  ['it was removed once, and then turned on again here', { server: server([listed('a')], ['z', 'a']) }, 'nothing'],
  ['it is not wanted, and still there', { wanted: false }, 'end'],
  ['it is not wanted, and the server was not told yet', { wanted: false, own: undefined }, 'end'],
  ['it is not wanted, and not there', { wanted: false, own: undefined, noted: undefined }, 'nothing'],
])('when %s', (_, facts, cure) => {
  expect(cureFor({ ...whole, ...facts })).toBe(cure)
})
