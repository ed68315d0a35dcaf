import {
  commandSubject,
  DomainError,
  DropSubscriptionsCommand,
  EndpointBody,
  ForgetSubscriptionCommand,
  InboxEndpointCommand,
  ListSubscriptionsCommand,
  type PrimaryHex,
  type PushSubscriptions,
  ReplaceBody,
  SubscribeCommand,
} from '@kez-chat/contracts'
import { type CommandHandler, type CommandServer, type Log, type NatsConnection, serveCommand } from '@kez-chat/runtime'
import { z } from 'zod'
import { allowedBy } from '../sending/hosts.ts'
import { describeSubscription } from './describe.ts'
import type { SubscriptionStore } from './store.ts'

export type CommandOptions = {
  nc: NatsConnection
  store: SubscriptionStore
  /** The current key first. */
  vapidKeys: readonly string[]
  allowedHosts: readonly string[]
  log: Log
}

/** Answers what the gateway, and for the operator the registry, asks about subscriptions; they have checked who asks. */
export const serveSubscriptions = ({ nc, store, vapidKeys, allowedHosts, log }: CommandOptions): CommandServer[] => {
  const [currentKey = ''] = vapidKeys

  const checkEndpoint = (endpoint: string): void => {
    if (allowedBy(endpoint, allowedHosts) === undefined)
      throw new DomainError('invalid', `${new URL(endpoint).host} is not a push service that this server sends to`)
  }

  const keyOf = (given: string | undefined): string => {
    if (given !== undefined && !vapidKeys.includes(given))
      throw new DomainError('key_mismatch', 'the subscription was made with a key that this server does not have')
    return given ?? currentKey
  }

  const list = async (inbox: PrimaryHex): Promise<PushSubscriptions> => ({
    vapid_key: currentKey,
    subscriptions: (await store.list(inbox)).map(describeSubscription),
    removed: await store.listRemoved(inbox),
  })

  const serve = <T extends z.ZodType>(subject: string, schema: T, handler: CommandHandler<z.output<T>>) =>
    serveCommand(nc, { subject, queue: 'push', schema, log, maxBytes: 16 * 1024 }, handler)

  return [
    serve(commandSubject.pushVapidKey, z.object({}), async () => ({ key: currentKey })),
    serve(commandSubject.pushSubscribe, SubscribeCommand, async ({ inbox, endpoint, vapid_key, label = '' }) => {
      checkEndpoint(endpoint)
      await store.put({ inbox, endpoint, label, vapidKey: keyOf(vapid_key) })
      return list(inbox)
    }),
    serve(commandSubject.pushUnsubscribe, InboxEndpointCommand, async ({ inbox, endpoint }) => {
      await store.remove(inbox, endpoint)
      return {}
    }),
    serve(commandSubject.pushForget, ForgetSubscriptionCommand, async ({ inbox, fingerprint }) => {
      await store.forget(inbox, fingerprint)
      return {}
    }),
    serve(commandSubject.pushDrop, DropSubscriptionsCommand, async ({ inbox }) => ({
      devices: await store.drop(inbox),
    })),
    serve(commandSubject.pushList, ListSubscriptionsCommand, ({ inbox }) => list(inbox)),
    serve(commandSubject.pushReceipt, EndpointBody, async ({ endpoint }) => {
      await store.confirm(endpoint)
      return {}
    }),
    serve(commandSubject.pushReplace, ReplaceBody, async ({ old_endpoint, endpoint, vapid_key }) => {
      checkEndpoint(endpoint)
      const replaced = await store.replace(old_endpoint, endpoint, keyOf(vapid_key))
      if (replaced === 0)
        throw new DomainError('not_found', 'this server does not know the old endpoint; subscribe anew')
      return {}
    }),
  ]
}
