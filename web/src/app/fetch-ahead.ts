import { hasHint } from './hint.ts'

/**
 * Where somebody is at home, what their start needs is fetched at once, beside the opening of the storage: each of these
 * would else be asked for only when the one before has done. Whatever does not load is asked for again where it is needed.
 */
export const fetchAhead = (): void => {
  if (!hasHint()) return
  const parts = [
    import('../storage/at-rest.ts'),
    import('../storage/canary.ts'),
    import('../session/session.ts'),
    import('../chats/view.ts'),
  ]
  for (const part of parts) part.catch(() => undefined)
}
