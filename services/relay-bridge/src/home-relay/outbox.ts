import { closeCode, type TunnelEnd } from '@kez-chat/runtime'

/** What is on its way to one client, never more than it takes. */
export type Outbox = {
  /** Sends, or keeps for when the client has read more; a client for whom too much waits is closed. */
  send(text: string): void
  /** Resolves with true when the next text goes out at once, with false when the session is over. */
  room(): Promise<boolean>
  /** The client has read more. */
  flush(): void
  stop(): void
}

/** Bytes that are under way to the client's socket. */
const windowBytes = 512 * 1024
/** Bytes that may wait behind them. */
const maxWaiting = 512 * 1024
/** Bytes that may wait for all clients of this process together. */
const maxWaitingInAll = 128 * 1024 * 1024
/** A client that reads nothing for so long, ms, while something waits for it is closed. */
const stalledAfter = 60_000

/** What waits for all clients together, bytes. */
export type Waiting = { bytes: number }

export const createOutbox = (end: TunnelEnd, inAll: Waiting): Outbox => {
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let wanting: ((room: boolean) => void)[] = []
  let stalled: NodeJS.Timeout | undefined

  const isFree = (): boolean => waiting.length === 0 && end.unconfirmed < windowBytes
  const watchStall = (): void => {
    clearTimeout(stalled)
    stalled = undefined
    if (end.closed || isFree()) return
    stalled = setTimeout(() => end.close(closeCode.policy, 'too slow'), stalledAfter)
  }
  const answer = (room: boolean): void => {
    const those = wanting
    wanting = []
    for (const go of those) go(room)
  }

  return {
    send: (text) => {
      if (end.closed) return
      const bytes = new TextEncoder().encode(text)
      if (isFree()) {
        end.send(bytes)
        return
      }
      waiting.push(bytes)
      waitingBytes += bytes.length
      inAll.bytes += bytes.length
      if (waitingBytes > maxWaiting || inAll.bytes > maxWaitingInAll) end.close(closeCode.policy, 'too slow')
      else if (!stalled) watchStall()
    },
    room: () => {
      if (end.closed) return Promise.resolve(false)
      if (isFree()) return Promise.resolve(true)
      if (!stalled) watchStall()
      return new Promise((resolve) => wanting.push(resolve))
    },
    flush: () => {
      while (waiting.length > 0 && end.unconfirmed < windowBytes) {
        const next = waiting.shift()
        if (!next) break
        waitingBytes -= next.length
        inAll.bytes -= next.length
        end.send(next)
      }
      watchStall()
      if (isFree()) answer(true)
    },
    stop: () => {
      clearTimeout(stalled)
      waiting = []
      inAll.bytes -= waitingBytes
      waitingBytes = 0
      answer(false)
    },
  }
}
