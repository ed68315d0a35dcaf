import { leaveNote, readNote } from '../notifications/notes.ts'
import { keyOf } from '../notifications/subscription-key.ts'
import { post } from './post.ts'
import { type Changed, scope } from './scope.ts'

const attempts = 3

const currentKey = async (): Promise<string> => {
  const response = await fetch('/v1/push/vapid-public-key', { signal: AbortSignal.timeout(10_000) })
  const answer: unknown = await response.json()
  if (typeof answer === 'object' && answer !== null && 'key' in answer && typeof answer.key === 'string')
    return answer.key
  throw new TypeError('the server told no key')
}

const subscribe = async (): Promise<PushSubscription> =>
  scope.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: await currentKey() })

const move = async (old_endpoint: string, offered: PushSubscription | null | undefined): Promise<void> => {
  const next = offered ?? (await subscribe())
  const { ok, status } = await post('/v1/push/replace', {
    old_endpoint,
    endpoint: next.endpoint,
    vapid_key: keyOf(next),
  })
  // What the server refuses, the app makes good when it is opened; the note goes on naming what the server knew.
  if (ok) await leaveNote('endpoint', next.endpoint)
  else if (status === 429 || status >= 500) throw new TypeError(`the server answered ${status}`)
}

const pause = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, 1_000 * 3 ** attempt * (0.5 + Math.random())))

/** The browser has changed the subscription; the server follows by the old endpoint, which only the two of them know. */
export const onChange = async ({
  oldSubscription,
  newSubscription,
}: Pick<Changed, 'oldSubscription' | 'newSubscription'>): Promise<void> => {
  const old = oldSubscription?.endpoint ?? (await readNote('endpoint'))
  if (old === undefined) return
  for (let attempt = 1; ; attempt++) {
    try {
      return await move(old, newSubscription)
    } catch (error) {
      if (attempt === attempts) throw error
      await pause(attempt)
    }
  }
}
