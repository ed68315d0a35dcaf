import { setTimeout as sleep } from 'node:timers/promises'
import {
  commandSubject,
  InboxEndpointCommand,
  type PrimaryHex,
  type PushTest,
  type PushTestStep,
  pushTestSteps,
} from '@kez-chat/contracts'
import { type CommandServer, type Log, type NatsConnection, serveCommand } from '@kez-chat/runtime'
import type { Outcome } from '../sending/outcome.ts'
import type { Send } from '../sending/send.ts'
import type { Subscription, SubscriptionStore } from '../subscriptions/store.ts'
import { explanations } from './explain.ts'

export type TestPushOptions = {
  nc: NatsConnection
  store: SubscriptionStore
  send: Send
  currentKey: string
  log: Log
  /** How long the worker has to say that the push has come, ms. */
  receiptWithin?: number
}

const known = (subscription: Subscription | undefined): PushTestStep =>
  subscription
    ? { step: 'subscription_known', outcome: 'passed', detail: 'The server knows this device.' }
    : {
        step: 'subscription_known',
        outcome: 'failed',
        reason: 'unknown_subscription',
        detail:
          'The server does not know this device, or has dropped it since the push service said that it is gone. Subscribe again.',
      }

const keyMatches = ({ vapid_key }: Subscription, currentKey: string): PushTestStep =>
  vapid_key === currentKey
    ? { step: 'key_matches', outcome: 'passed', detail: "The subscription was made with the server's current key." }
    : {
        step: 'key_matches',
        outcome: 'failed',
        reason: 'key_mismatch',
        detail: "The server's key has changed since this subscription was made. Subscribe again on the device.",
      }

const answered = (outcome: Outcome): PushTestStep => {
  const step = 'endpoint_answered'
  const status = outcome.status === undefined ? {} : { status: outcome.status }
  if (outcome.kind === 'delivered')
    return { step, outcome: 'passed', ...status, detail: 'The push service took the push.' }
  return { step, outcome: 'failed', reason: outcome.reason, ...status, detail: explanations[outcome.reason] }
}

const confirmed = (receipt: boolean): PushTestStep =>
  receipt
    ? { step: 'worker_confirmed', outcome: 'passed', detail: 'The push has come to the device.' }
    : {
        step: 'worker_confirmed',
        outcome: 'waiting',
        reason: 'no_receipt',
        detail:
          'The push service took the push, and the device has not said that it came. It may be offline, save its battery, or have notifications switched off for the browser; `last_receipt` of the subscription shows when it does come.',
      }

/** All the steps: those that were looked at, and the rest as skipped. */
const report = (steps: readonly PushTestStep[]): PushTest => {
  const rest = pushTestSteps.slice(steps.length)
  return {
    ok: steps.length === pushTestSteps.length && steps.every(({ outcome }) => outcome === 'passed'),
    steps: [
      ...steps,
      ...rest.map(
        (step): PushTestStep => ({ step, outcome: 'skipped', detail: 'Not looked at, since a step before it failed.' }),
      ),
    ],
  }
}

/** Sends a real push to one device and says how far it came. The gateway has checked who asks, and how often. */
export const serveTestPush = (options: TestPushOptions): CommandServer => {
  const { nc, store, send, currentKey, log, receiptWithin = 7_000 } = options

  const receiptSince = async (inbox: PrimaryHex, endpoint: string, before: number): Promise<boolean> => {
    for (const until = Date.now() + receiptWithin; ; await sleep(200)) {
      const at = (await store.find(inbox, endpoint))?.last_receipt?.getTime() ?? 0
      if (at > before) return true
      if (Date.now() > until) return false
    }
  }

  const test = async (inbox: PrimaryHex, endpoint: string): Promise<PushTest> => {
    const subscription = await store.find(inbox, endpoint)
    const steps = [known(subscription)]
    if (!subscription) return report(steps)
    steps.push(keyMatches(subscription, currentKey))
    if (subscription.vapid_key !== currentKey) return report(steps)
    const before = subscription.last_receipt?.getTime() ?? 0
    const target = { endpoint, origin: subscription.origin, vapidKey: subscription.vapid_key }
    const outcome = await send(target, 'test')
    steps.push(answered(outcome))
    if (outcome.kind !== 'delivered') return report(steps)
    return report([...steps, confirmed(await receiptSince(inbox, endpoint, before))])
  }

  const command = { subject: commandSubject.pushTest, queue: 'push', schema: InboxEndpointCommand, log, limit: 64 }
  return serveCommand(nc, command, ({ inbox, endpoint }) => test(inbox, endpoint))
}
