import type { Session } from '../session/session.ts'
import { locale, t } from '../strings/index.ts'
import { progressOf } from './progress.ts'

/** When the recovery phrase was last proven to work, in words. */
export const lastProven = (session: Session): string => {
  const at = progressOf(session).value?.proven_at
  if (at === undefined) return t.keys.drill.never
  return t.keys.drill.last(new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(at))
}
