import type { PushSubscriptions } from '@kez-chat/contracts'
import { type Signal, signal } from '@preact/signals-core'
import type { Session } from '../session/session.ts'
import { readTelling, readWish, type Telling, type Wish, writeTelling, writeWish } from '../storage/notifications.ts'
import type { Check } from './doctor.ts'
import { here } from './here.ts'
import { type Support, supportHere } from './support.ts'

/** What a session knows of its notifications. */
export type Known = {
  /** Undefined until it is read. */
  readonly wish: Signal<Wish | undefined>
  readonly permission: Signal<NotificationPermission>
  /** The server's list; undefined until it is asked for. */
  readonly devices: Signal<PushSubscriptions | undefined>
  /** Fingerprint of the browser's own subscription. */
  readonly own: Signal<string | undefined>
  readonly working: Signal<boolean>
  readonly problem: Signal<string>
  readonly checks: Signal<readonly Check[]>
}

const support = (): Support => supportHere(here())

export const permissionNow = (): NotificationPermission =>
  'Notification' in globalThis ? Notification.permission : 'denied'

const sessions = new WeakMap<Session, Known>()

const begin = (session: Session): Known => {
  const known: Known = {
    wish: signal<Wish | undefined>(undefined),
    permission: signal(permissionNow()),
    devices: signal<PushSubscriptions | undefined>(undefined),
    own: signal<string | undefined>(undefined),
    working: signal(false),
    problem: signal(''),
    checks: signal<readonly Check[]>([]),
  }
  void loadWish(session, known)
  session.tabs.listen(({ type }) => {
    if (type === 'notifications') void loadWish(session, known)
  }, session.ended)
  return known
}

const loadWish = async (session: Session, known: Known): Promise<void> => {
  try {
    known.wish.value = await readWish(session.store)
  } catch {
    // Not readable: as if nothing had been wanted yet; the person can want it again.
    known.wish.value ??= { wanted: false }
  }
}

export const knownOf = (session: Session): Known => {
  const known = sessions.get(session) ?? begin(session)
  sessions.set(session, known)
  return known
}

/** Stores what the person wants, and tells the other tabs. */
export const want = async (session: Session, wish: Wish): Promise<void> => {
  await writeWish(session.store, wish)
  knownOf(session).wish.value = wish
  session.tabs.post({ type: 'notifications' })
}

const tellings = new WeakMap<Session, Signal<Telling | undefined>>()

/** How the person is told of what comes while the app is open; undefined until it is read. */
export const knownTelling = (session: Session): Signal<Telling | undefined> => {
  const known = tellings.get(session) ?? signal<Telling | undefined>(undefined)
  if (!tellings.has(session)) {
    tellings.set(session, known)
    const read = (): void =>
      void tellingOf(session).then(
        (telling) => {
          known.value = telling
        },
        () => undefined,
      )
    read()
    session.tabs.listen(({ type }) => {
      if (type === 'notifications') read()
    }, session.ended)
  }
  return known
}

/** As it is stored: another tab may have changed it. */
export const tellingOf = (session: Session): Promise<Telling> => readTelling(session.store)

export const changeTelling = async (session: Session, telling: Telling): Promise<void> => {
  await writeTelling(session.store, telling)
  knownTelling(session).value = telling
  session.tabs.post({ type: 'notifications' })
}

export type Standing = Exclude<Support, 'ok'> | 'unknown' | 'blocked' | 'off' | 'on'

/** How it stands on this device, as the person sees it. */
export const standingOf = (session: Session): Standing => {
  const supported = support()
  if (supported !== 'ok') return supported
  const { wish, permission } = knownOf(session)
  if (wish.value === undefined) return 'unknown'
  if (permission.value === 'denied') return 'blocked'
  return wish.value.wanted && permission.value === 'granted' ? 'on' : 'off'
}
