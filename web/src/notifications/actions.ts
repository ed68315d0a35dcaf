import { ApiError, NetworkError } from '@kez-chat/client'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { noteDone, noteUndone } from '../welcome/progress.ts'
import { pushServiceAdvice, unblockAdvice } from './advice.ts'
import { alone } from './alone.ts'
import { ownSubscription, startWorker } from './browser.ts'
import { readDevices } from './devices.ts'
import { runDoctor } from './doctor.ts'
import { enrol, type Home, leave } from './enrol.ts'
import { NotificationsError } from './errors.ts'
import { here } from './here.ts'
import { homeOf } from './home.ts'
import { leaveNote } from './notes.ts'
import { knownOf, permissionNow, want } from './state.ts'

const refusal = ({ code, retryAfter }: ApiError): string =>
  code === 'rate_limited'
    ? t.notifications.problems.limited(Math.max(1, Math.ceil((retryAfter ?? 60) / 60)))
    : t.notifications.problems.refused(code)

const wording = (error: unknown): string => {
  if (error instanceof ApiError) return refusal(error)
  if (error instanceof NetworkError) return t.notifications.problems.offline
  if (!(error instanceof NotificationsError)) return t.notifications.problems.other
  switch (error.code) {
    case 'denied':
      return unblockAdvice(here())
    case 'undecided':
      return t.notifications.problems.undecided
    case 'no_worker':
      return t.notifications.doctor.advice.worker
    case 'push_service':
      return pushServiceAdvice(here())
  }
}

const attempt = async (session: Session, work: (home: Home) => Promise<void>): Promise<void> => {
  const known = knownOf(session)
  const home = homeOf(session)
  if (known.working.value || !home) return
  known.working.value = true
  known.problem.value = ''
  try {
    await work(home)
  } catch (error) {
    known.problem.value = wording(error)
  } finally {
    known.permission.value = permissionNow()
    known.working.value = false
  }
}

/** Within the person's own tap: only there may the browser's question come up. */
export const turnOn = (session: Session): Promise<void> =>
  attempt(session, async (home) => {
    const permission = await Notification.requestPermission()
    if (permission !== 'granted') throw new NotificationsError(permission === 'denied' ? 'denied' : 'undecided')
    await alone(async () => {
      await enrol(home)
      await want(session, { wanted: true })
    })
    await noteDone(session, 'notifications')
    await readDevices(session)
  })

export const turnOff = (session: Session): Promise<void> =>
  attempt(session, async (home) => {
    await want(session, { wanted: false, nudge_dismissed: true })
    await noteUndone(session, 'notifications')
    knownOf(session).checks.value = []
    await alone(() => leave(home))
    await readDevices(session)
  })

/** Has another device of this person woken no more. */
export const removeDevice = (session: Session, fingerprint: string): Promise<void> =>
  attempt(session, async ({ client, owner }) => {
    await client.forgetPushDevice(owner, fingerprint)
    await readDevices(session)
  })

/** Has a real push sent to this device, and shows how far it comes. */
export const examine = (session: Session): Promise<void> =>
  attempt(session, async ({ client, owner }) => {
    const { checks } = knownOf(session)
    const look = {
      permission: permissionNow,
      worker: () =>
        startWorker().then(
          () => true,
          () => false,
        ),
      endpoint: async () => (await ownSubscription())?.endpoint,
      test: async (endpoint: string) => {
        // By it the worker knows that this push is to be confirmed.
        await leaveNote('test', String(Date.now()))
        return client.testPush(owner, endpoint)
      },
    }
    await runDoctor(look, (seen) => {
      checks.value = seen
    })
    await readDevices(session)
  })

/** What the doctor found is mended by a new subscription. */
export const renew = (session: Session): Promise<void> =>
  attempt(session, async (home) => {
    await alone(() => enrol(home))
    knownOf(session).checks.value = []
    await readDevices(session)
  })
