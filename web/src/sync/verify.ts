import { type NostrEvent, parseNostrEvent } from '@kez-chat/messaging/nostr'
import { type VerifyEvent, verifyHere } from '@kez-chat/nostr-client'
import { scriptUrl } from '../app/trusted-types.ts'
import type { VerifyAnswer, VerifyQuestion } from './verify-messages.ts'
import workerUrl from './verify-worker.ts?worker&url'

const parsed = (value: unknown): NostrEvent | undefined => {
  try {
    return parseNostrEvent(value)
  } catch {
    return undefined
  }
}

/**
 * Verifies what relays send off the main thread: a history of a day is seconds of signatures. Where the worker does not
 * run, it is done here, slower.
 */
export const verifyInWorker = (signal: AbortSignal): VerifyEvent => {
  const asked = new Map<number, (good: boolean | undefined) => void>()
  let worker: Worker | undefined
  let count = 0

  const giveUp = (): void => {
    worker?.terminate()
    worker = undefined
    for (const answer of asked.values()) answer(undefined)
    asked.clear()
  }

  try {
    worker = new Worker(scriptUrl(workerUrl), { type: 'module' })
    worker.onerror = giveUp
    worker.onmessage = ({ data: { n, good } }: MessageEvent<VerifyAnswer>) => {
      asked.get(n)?.(good)
      asked.delete(n)
    }
  } catch {
    worker = undefined
  }
  signal.addEventListener('abort', giveUp, { once: true })

  const ask = (running: Worker, event: NostrEvent): Promise<boolean | undefined> =>
    new Promise((resolve) => {
      const question: VerifyQuestion = { n: ++count, event }
      asked.set(question.n, resolve)
      running.postMessage(question)
    })

  return async (value) => {
    const event = parsed(value)
    if (!event || !worker) return event && verifyHere(event)
    const good = await ask(worker, event)
    if (good === undefined) return verifyHere(event)
    return good ? event : undefined
  }
}
