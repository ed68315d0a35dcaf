import { endpointFingerprint } from '@kez-chat/contracts'
import { effect } from '@preact/signals-core'
import type { Session } from '../session/session.ts'
import { readWish } from '../storage/notifications.ts'
import { locale } from '../strings/index.ts'
import { noteUndone } from '../welcome/progress.ts'
import { alone } from './alone.ts'
import { closeShown, ownSubscription, startWorker } from './browser.ts'
import { readDevices } from './devices.ts'
import { enrol, type Home, leave } from './enrol.ts'
import { cureFor, type Facts } from './heal.ts'
import { here } from './here.ts'
import { homeOf } from './home.ts'
import { followMutes } from './mutes.ts'
import { leaveNote, readNote } from './notes.ts'
import { knownOf, permissionNow, want } from './state.ts'
import { keyOf } from './subscription-key.ts'
import { supportHere } from './support.ts'
import { followArrivals } from './tell.ts'

/** Nothing is wanted, and nothing is left from a time when it was. */
const isIdle = async (session: Session): Promise<boolean> =>
  !(await readWish(session.store)).wanted && !(await ownSubscription()) && (await readNote('endpoint')) === undefined

const factsOf = async (session: Session, { client, owner }: Home): Promise<Facts> => {
  const [own, noted] = [await ownSubscription(), await readNote('endpoint')]
  return {
    wanted: (await readWish(session.store)).wanted,
    allowed: permissionNow() === 'granted',
    own: own && { fingerprint: endpointFingerprint(own.endpoint), key: keyOf(own) },
    noted: noted === undefined ? undefined : endpointFingerprint(noted),
    server: await client.pushSubscriptions(owner),
  }
}

const giveUp = async (session: Session, home: Home): Promise<void> => {
  await want(session, { wanted: false, nudge_dismissed: true, removed_elsewhere: true })
  await noteUndone(session, 'notifications')
  await leave(home)
}

const heal = async (session: Session, home: Home): Promise<void> => {
  if (await isIdle(session)) return
  const facts = await factsOf(session, home)
  // A newer version of the worker comes with the start of the app.
  if (facts.wanted && facts.allowed) await startWorker()
  if (facts.wanted) await leaveNote('language', locale)
  const cure = cureFor(facts)
  if (cure === 'subscribe') await enrol(home)
  else if (cure === 'end') await leave(home)
  else if (cure === 'give_up') await giveUp(session, home)
  if (cure !== 'nothing') await readDevices(session)
}

/**
 * Tells of what comes while the app is open, and keeps what the browser and the server know of this device's subscription
 * the same: once at each start, as soon as the server is reached, by one tab at a time, and without ever asking the person.
 */
export const followNotifications = (session: Session): void => {
  followArrivals(session)
  followMutes(session)
  if (supportHere(here()) !== 'ok') return
  const known = knownOf(session)
  let healed = false

  const attempt = async (): Promise<void> => {
    const home = homeOf(session)
    if (healed || !home || session.ended.aborted) return
    healed = true
    await heal(session, home)
  }

  const stop = effect(() => {
    if (session.connection.value.state !== 'live') return
    // The next connection tries again.
    alone(attempt, session.ended).catch(() => {
      healed = false
    })
  })
  session.ended.addEventListener('abort', stop)

  const look = (): void => {
    if (document.visibilityState !== 'visible') return
    known.permission.value = permissionNow()
    void closeShown().catch(() => undefined)
  }
  document.addEventListener('visibilitychange', look, { signal: session.ended })
  look()
}
