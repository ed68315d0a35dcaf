import { MessageError, messagingKeyFromSeed } from '@kez-chat/messaging'
import { type NostrEvent, parseNostrEvent } from '@kez-chat/messaging/nostr'
import { type OpenMessage, openHere, type VerifyEvent, verifyHere } from '@kez-chat/nostr-client'
import { scriptUrl } from '../app/trusted-types.ts'
import type { CipherAnswer, CipherQuestion, CipherResult, CipherWork } from './cipher-messages.ts'
import workerUrl from './cipher-worker.ts?worker&url'

/** What takes time with what comes: checking the signatures of events, and opening messages. */
export type Cipher = { readonly verify: VerifyEvent; readonly open: OpenMessage }

const parsed = (value: unknown): NostrEvent | undefined => {
  try {
    return parseNostrEvent(value)
  } catch {
    return undefined
  }
}

/**
 * Verifies and opens off the main thread: what came in a week is seconds of arithmetic, in which a page would stand
 * still. Where the worker does not run, it is done here, slower. The worker holds the seed, and ends with the signal.
 */
export const cipherInWorker = (seed: Uint8Array, signal: AbortSignal): Cipher => {
  const openOnThisThread = openHere(messagingKeyFromSeed(seed))
  const asked = new Map<number, (result: CipherResult | undefined) => void>()
  let worker: Worker | undefined
  let count = 0

  const giveUp = (): void => {
    worker?.terminate()
    worker = undefined
    for (const answer of asked.values()) answer(undefined)
    asked.clear()
  }

  const tell = (running: Worker, question: CipherQuestion): void => running.postMessage(question)

  try {
    worker = new Worker(scriptUrl(workerUrl), { type: 'module' })
    worker.onerror = giveUp
    worker.onmessage = ({ data: { n, result } }: MessageEvent<CipherAnswer>) => {
      asked.get(n)?.(result)
      asked.delete(n)
    }
    tell(worker, { seed })
  } catch {
    worker = undefined
  }
  signal.addEventListener('abort', giveUp, { once: true })

  /** Undefined where the worker does not run. */
  const ask = async (work: CipherWork): Promise<CipherResult | undefined> => {
    const running = worker
    if (!running) return undefined
    return new Promise((resolve) => {
      const n = ++count
      asked.set(n, resolve)
      tell(running, { n, work })
    })
  }

  return {
    verify: async (value) => {
      const event = parsed(value)
      const result = event && (await ask({ verify: event }))
      if (event && !result) return verifyHere(event)
      return result && 'good' in result && result.good ? event : undefined
    },
    open: async (envelope, arrival) => {
      const result = await ask({ open: envelope, arrival })
      if (result && 'opened' in result) return result.opened
      if (result && 'refused' in result) throw new MessageError(result.refused, result.message)
      return openOnThisThread(envelope, arrival)
    },
  }
}
