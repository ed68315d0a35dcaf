import { openSocket } from '#websocket'
import { ProofFailure } from '../result.ts'

const MAX_EVENTS = 500
/** UTF-16 units of all messages together. */
const MAX_TOTAL = 4 * 1024 * 1024
const SUBSCRIPTION = 'kez'

const parse = (text: string): unknown[] => {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

const refusal = (host: string, message: unknown): ProofFailure =>
  typeof message === 'string' && message.startsWith('rate-limited:')
    ? new ProofFailure('rate_limited', `${host} answers no more requests for now`)
    : new ProofFailure('unreachable', `${host} refuses to answer the question`)

/**
 * Everything one relay stores for `filters` (NIP-01), up to its end-of-stored-events mark; nothing of it is verified.
 * @throws ProofFailure `unreachable`, `rate_limited`
 */
export const queryRelay = (url: string, filters: readonly object[], signal: AbortSignal): Promise<unknown[]> =>
  new Promise((resolve, reject) => {
    const { host } = new URL(url)
    const events: unknown[] = []
    let total = 0
    const late = (): void => end(() => reject(new ProofFailure('unreachable', `${host} did not answer in time`)))
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', late)
      socket.close()
      settle()
    }
    const received = (text: string): void => {
      total += text.length
      const [type, subscription, content] = parse(text)
      if (subscription !== SUBSCRIPTION) return
      if (type === 'EVENT') events.push(content)
      if (type === 'CLOSED') end(() => reject(refusal(host, content)))
      if (type === 'EOSE' || events.length >= MAX_EVENTS || total > MAX_TOTAL) end(() => resolve(events))
    }
    const socket = openSocket(url, {
      opened: () => socket.send(JSON.stringify(['REQ', SUBSCRIPTION, ...filters])),
      received,
      closed: () => end(() => reject(new ProofFailure('unreachable', `${host} could not be reached`))),
    })
    signal.addEventListener('abort', late, { once: true })
    if (signal.aborted) late()
  })
