import { endpointFingerprint } from '@kez-chat/contracts'
import type { Session } from '../session/session.ts'
import { ownSubscription } from './browser.ts'
import { homeOf } from './home.ts'
import { knownOf } from './state.ts'

/** Asks the server which devices are woken. */
export const readDevices = async (session: Session): Promise<void> => {
  const { devices, own } = knownOf(session)
  const home = homeOf(session)
  if (!home) return
  const subscription = await ownSubscription()
  const answer = await home.client.pushSubscriptions(home.owner)
  own.value = subscription && endpointFingerprint(subscription.endpoint)
  devices.value = answer
}
