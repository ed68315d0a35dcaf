import { effect, untracked } from '@preact/signals-core'
import { route } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import type { Summary } from '../storage/conversations.ts'
import type { Answer } from '../worker/told.ts'
import { arrivalsBetween, worthTelling } from './arrivals.ts'
import { closeShown } from './browser.ts'
import { chime, prepareChime } from './chime.ts'
import { wordsFor } from './preview.ts'
import { looks } from './shown.ts'
import { standingOf, tellingOf } from './state.ts'

/** A push and the message that it is for come at about the same time, in either order. */
const before = 15_000
const after = 1_500
/** Whoever is looked at tells first. */
const hiddenWaits = 300
/** What comes within this time is told of once, in one tab. */
const pauses = 3_000
const closesAfter = 2_000

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const isVisible = (): boolean => document.visibilityState === 'visible'

/** Somebody reads just that. */
const isWatched = (news: readonly Summary[]): boolean => {
  const now = route.value
  if (!isVisible() || !document.hasFocus() || now.name !== 'chat') return false
  return news.every(({ conversation }) => conversation.tag === now.tag)
}

const wordsOf = async (session: Session, news: readonly Summary[]) => {
  const { previews } = await tellingOf(session)
  return wordsFor(news, previews, session.account.value?.server)
}

const notify = async (session: Session, news: readonly Summary[]): Promise<void> => {
  const { title, body } = await wordsOf(session, news)
  const registration = await navigator.serviceWorker.ready
  await registration.showNotification(title, looks(body, { quiet: false }))
}

const ring = async (session: Session): Promise<void> => {
  if ((await tellingOf(session)).sound) await chime()
}

/** By a sound where the app is looked at, by a notification where it is not and may do so. */
const tellHere = (session: Session, news: readonly Summary[]): Promise<void> =>
  !isVisible() && standingOf(session) === 'on' ? notify(session, news) : ring(session)

/** Of all tabs one tells. */
const tell = async (session: Session, news: readonly Summary[]): Promise<void> => {
  const isRead = isWatched(news)
  if (!isVisible()) await pause(hiddenWaits)
  await navigator.locks.request('kez-chat-tell', { ifAvailable: true }, async (lock) => {
    if (!lock || session.ended.aborted) return
    if (!isRead) await tellHere(session, news)
    await pause(pauses)
  })
}

type Arrival = { readonly at: number; readonly news: readonly Summary[] }

/** Tells of what comes while the app is open, and tells the worker what a push was for. */
export const followArrivals = (session: Session): void => {
  let known = session.chats.summaries.peek()
  let last: Arrival | undefined

  prepareChime(session.ended)
  const stop = effect(() => {
    const next = session.chats.summaries.value
    const came = arrivalsBetween(known, next)
    known = next
    if (came.length === 0) return
    untracked(() => {
      const news = worthTelling(came, session.now())
      last = { at: performance.now(), news }
      if (news.length > 0) void tell(session, news).catch(() => undefined)
    })
  })
  session.ended.addEventListener('abort', stop)

  const recent = (): Arrival | undefined => (last && performance.now() - last.at < before ? last : undefined)

  /** What has come was told of already, or is not to be: then the worker's own notification makes no noise. */
  const answer = async (): Promise<Answer> => {
    if (!recent()) await pause(after)
    const arrival = recent()
    if (isVisible() || arrival?.news.length === 0) {
      // It had to be shown; nobody needs it.
      setTimeout(() => void closeShown().catch(() => undefined), closesAfter)
      return { quiet: true }
    }
    return arrival ? { quiet: true, words: await wordsOf(session, arrival.news) } : { quiet: false }
  }

  navigator.serviceWorker?.addEventListener(
    'message',
    ({ data, ports: [port] }: MessageEvent<unknown>) => {
      if (data === 'push') void answer().then((said) => port?.postMessage(said))
    },
    { signal: session.ended },
  )
}
