import { effect } from '@preact/signals-core'
import type { Session } from '../session/session.ts'
import { endMute } from '../storage/conversations.ts'

/** When the next mute ends, and of which conversations it is over by then. */
const nextEnd = (session: Session): { readonly at: number; readonly tags: readonly string[] } | undefined => {
  const timed = [...session.chats.summaries.value.values()].flatMap(({ conversation: { tag, muted_until: until } }) =>
    until === undefined ? [] : [{ tag, until }],
  )
  if (timed.length === 0) return undefined
  const at = Math.min(...timed.map(({ until }) => until))
  return { at, tags: timed.filter(({ until }) => until === at).map(({ tag }) => tag) }
}

/** Ends mutes when their time is over, so that what has come meanwhile counts again. */
export const followMutes = (session: Session): void => {
  const end = async (tags: readonly string[]): Promise<void> => {
    for (const tag of tags) {
      await endMute(session.store, tag, session.now())
      session.changed(tag)
    }
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = effect(() => {
    const next = nextEnd(session)
    clearTimeout(timer)
    // Without space it stays as it is stored; by the time nothing is muted any more.
    if (next) timer = setTimeout(() => void end(next.tags).catch(() => undefined), Math.max(0, next.at - session.now()))
  })
  session.ended.addEventListener('abort', () => {
    stop()
    clearTimeout(timer)
  })
}
