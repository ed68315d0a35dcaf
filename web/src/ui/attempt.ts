import { t } from '../strings/index.ts'
import { toast } from './toast.ts'

const readingMs = 8_000

/** Does what the person has asked for; when the storage did not take it, all is as before, and that is said. */
export const attempt = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch {
    toast(t.notStored, readingMs)
  }
}
