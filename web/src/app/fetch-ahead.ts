import { hasHint } from './hint.ts'
import { chatsView } from './shell.ts'

/**
 * Where somebody is at home, what their start needs is fetched at once, beside the opening of the storage: each of these
 * would else be asked for only when the one before has done. Whatever does not load is asked for again where it is needed.
 */
export const fetchAhead = async (): Promise<void> => {
  if (!hasHint()) return
  chatsView.ahead()
  const parts = [import('../storage/at-rest.ts'), import('../storage/canary.ts'), import('../session/session.ts')]
  for (const part of parts) part.catch(() => undefined)
  // The browser asks for them before it goes on.
  await new Promise((resolve) => setTimeout(resolve))
}
