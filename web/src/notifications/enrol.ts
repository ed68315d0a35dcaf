import type { Client, Owner } from '@kez-chat/client'
import { locale, t } from '../strings/index.ts'
import { ownSubscription, subscribeAnew } from './browser.ts'
import { here } from './here.ts'
import { forgetNotes, leaveNote, readNote } from './notes.ts'
import { keyOf } from './subscription-key.ts'

/** The own home server, and who asks it. */
export type Home = { readonly client: Client; readonly owner: Owner }

/** How the person recognises this device in the list. */
export const deviceName = (): string => {
  const { browser, system } = here()
  return t.notifications.device(t.notifications.browsers[browser], t.notifications.systems[system])
}

const endpointsHere = async (): Promise<Set<string>> => {
  const known = [(await ownSubscription())?.endpoint, await readNote('endpoint')]
  return new Set(known.filter((endpoint) => endpoint !== undefined))
}

/** Has this device woken: subscribes anew, tells the server, and takes the lost subscriptions of this device from its list. */
export const enrol = async ({ client, owner }: Home): Promise<void> => {
  const before = await endpointsHere()
  const subscription = await subscribeAnew(await client.vapidPublicKey())
  const { endpoint } = subscription
  await client.subscribePush(owner, { endpoint, vapid_key: keyOf(subscription), label: deviceName() })
  await leaveNote('endpoint', endpoint)
  await leaveNote('language', locale)
  before.delete(endpoint)
  for (const lost of before) await client.unsubscribePush(owner, lost)
}

/** Has this device woken no more. What the server could not be told is in the notes until it is. */
export const leave = async ({ client, owner }: Home): Promise<void> => {
  const before = await endpointsHere()
  await (await ownSubscription())?.unsubscribe()
  for (const endpoint of before) await client.unsubscribePush(owner, endpoint)
  await forgetNotes()
}
