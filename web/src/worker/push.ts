import { readNote } from '../notifications/notes.ts'
import { looks } from '../notifications/shown.ts'
import { askPages } from './ask-pages.ts'
import { post } from './post.ts'
import { scope } from './scope.ts'
import { english, words } from './words.ts'

const testLasts = 120_000
const patience = 1_000

/** The app leaves a note when the person runs the doctor, so that the server is told of no other push. */
const isTest = async (): Promise<boolean> => Date.now() - Number((await readNote('test')) ?? 0) < testLasts

const orElse = <T>(value: Promise<T>, otherwise: T): Promise<T> =>
  Promise.race([
    value.catch(() => otherwise),
    new Promise<T>((resolve) => setTimeout(() => resolve(otherwise), patience)),
  ])

const receipt = async (): Promise<void> => {
  const subscription = await scope.registration.pushManager.getSubscription()
  if (subscription) await post('/v1/push/receipt', { endpoint: subscription.endpoint })
}

/** Without a number: how many there are shows when the app is opened. */
const badge = async (): Promise<void> => navigator.setAppBadge?.()

/**
 * Shows one notification, whatever else goes wrong: browsers take pushes away from workers that stay silent. A push is
 * empty, so it says only that something came, unless an unlocked page knows more. A second one takes the place of the
 * first and is heard again.
 */
export const onPush = async (): Promise<void> => {
  const [test, { title, test: tested, something }] = await Promise.all([
    orElse(isTest(), false),
    orElse(words(), english),
  ])
  const { quiet = false, words: said } = (test ? undefined : await askPages().catch(() => undefined)) ?? {}
  const own = { title, body: test ? tested : something }
  const { title: head, body } = said ?? own
  const shown = scope.registration.showNotification(head, looks(body, { quiet }))
  // The push has come, also where the desktop fails to show it.
  if (test) await receipt().catch(() => undefined)
  // A page that knows what has come also counts it.
  if (!quiet) await badge().catch(() => undefined)
  await shown
}
