import { t } from '../strings/index.ts'
import type { Check } from './doctor.ts'
import type { Here } from './here.ts'

/** What to do where the browser does not let the app notify. */
export const unblockAdvice = ({ browser, system, installed }: Here): string => {
  const { unblock } = t.notifications
  if (system === 'ios') return unblock.ios
  if (system === 'android' && installed) return unblock.androidApp
  if (browser === 'firefox') return unblock.firefox
  if (browser === 'safari') return unblock.safari
  return unblock.chrome
}

/** What to do where the browser's push service gives no subscription. */
export const pushServiceAdvice = ({ browser }: Here): string => {
  const { noPushService } = t.notifications
  return browser === 'brave' ? noPushService.brave : noPushService.other
}

/** Why a push that was taken has not come yet. */
const waitAdvice = ({ system }: Here): string => t.notifications.wait[system]

/** What a step that did not pass means and what helps; empty where there is nothing to say. */
export const adviceFor = ({ name, outcome, reason }: Check, here: Here): string => {
  if (outcome !== 'failed' && outcome !== 'waiting') return ''
  const { advice } = t.notifications.doctor
  if (name === 'permission') return unblockAdvice(here)
  if (name === 'worker') return here.browser === 'firefox' ? advice.workerFirefox : advice.worker
  if (name === 'subscription') return advice.subscription
  if (name === 'worker_confirmed') return waitAdvice(here)
  return reason === undefined || reason === 'no_receipt' ? advice.refused : advice[reason]
}

/** Whether subscribing anew mends it. */
export const isMendable = ({ name, outcome, reason }: Check): boolean =>
  outcome === 'failed' &&
  (name === 'subscription' ||
    ['unknown_subscription', 'key_mismatch', 'gone', 'refused'].some((mendable) => mendable === reason))
