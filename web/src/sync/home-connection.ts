import { ApiError, type FeedStatus } from '@kez-chat/client'
import type { Connection } from '../session/connection.ts'
import { isFull, StorageError } from '../storage/errors.ts'

/** Refusals that the next attempt meets again: the person has to know. */
const lasting = new Set([
  'stale_auth',
  'unauthorized',
  'invalid_signature',
  'not_found',
  'identity_ended',
  'handle_barred',
])

const refusal = (error: unknown): string | undefined =>
  error instanceof ApiError && lasting.has(error.code) ? error.code : undefined

/** What requests are ended with. */
const givenUp = new Set(['AbortError', 'TimeoutError'])

/** Why the browser's storage did not keep something; undefined when it is not to blame. */
const storageProblem = (error: unknown): string | undefined => {
  if (isFull(error)) return 'full'
  if (error instanceof StorageError) return error.code
  return error instanceof DOMException && !givenUp.has(error.name) ? error.name : undefined
}

/** How it stands with the home server, told as it changes, and whether what comes can be stored. */
export const createHomeConnection = (report: (connection: Connection) => void) => {
  let status: FeedStatus = 'connecting'
  let refused: string | undefined
  /** Stands until something is stored: a connection is soon there again, and fails at the same message. */
  let unstored: string | undefined
  const tell = (): void => {
    const problem = unstored ?? (status === 'live' ? undefined : refused)
    report(problem ? { state: status, problem } : { state: status })
  }
  return {
    onStatus: (next: FeedStatus): void => {
      status = next
      if (next === 'live') refused = undefined
      tell()
    },
    onError: (error: unknown): void => {
      const problem = storageProblem(error)
      if (problem) unstored = problem
      else refused = refusal(error)
      tell()
    },
    onStored: (): void => {
      if (unstored === undefined) return
      unstored = undefined
      tell()
    },
  }
}
