import { ApiError, type FeedStatus } from '@kez-chat/client'
import type { Connection } from '../session/connection.ts'

/** Refusals that the next attempt meets again: the person has to know. */
const lasting = new Set(['stale_auth', 'unauthorized', 'invalid_signature', 'not_found', 'identity_ended'])

const lastingProblem = (error: unknown): string | undefined => {
  if (error instanceof ApiError) return lasting.has(error.code) ? error.code : undefined
  // What the browser's storage throws when the message cannot be kept.
  return error instanceof DOMException ? error.name : undefined
}

/** How it stands with the home server, told as it changes. */
export const createHomeConnection = (report: (connection: Connection) => void) => {
  let status: FeedStatus = 'connecting'
  let problem: string | undefined
  const tell = (): void => report(problem && status !== 'live' ? { state: status, problem } : { state: status })
  return {
    onStatus: (next: FeedStatus): void => {
      status = next
      if (next === 'live') problem = undefined
      tell()
    },
    onError: (error: unknown): void => {
      problem = lastingProblem(error)
      tell()
    },
  }
}
