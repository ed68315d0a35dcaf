import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { fullDate } from '../ui/time.ts'
import { progressOf } from './progress.ts'

/** When the recovery phrase was last proven to work, in words. */
export const lastProven = (session: Session): string => {
  const at = progressOf(session).value?.proven_at
  return at === undefined ? t.keys.drill.never : t.keys.drill.last(fullDate(at))
}
