import type { Session } from '../session/session.ts'
import { ownSubscription } from './browser.ts'
import { leave } from './enrol.ts'
import { homeOf } from './home.ts'
import { forgetNotes } from './notes.ts'

const patience = 5_000

const inTime = (work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, patience))])

/**
 * The identity leaves this browser, and nothing of it is announced here any more. Without a session or a network the
 * server learns it from the push service, at the next push.
 */
export const forgetNotifications = async (session: Session | undefined): Promise<void> => {
  const home = session && homeOf(session)
  if (home) await inTime(leave(home))
  await inTime(ownSubscription().then((left) => left?.unsubscribe()))
  await inTime(forgetNotes())
}
