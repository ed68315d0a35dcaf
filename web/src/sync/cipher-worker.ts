import { MessageError, type MessagingKey, messagingKeyFromSeed, open } from '@kez-chat/messaging'
import { parseNostrEvent, verifyNostrEvent } from '@kez-chat/messaging/nostr'
import type { CipherAnswer, CipherQuestion, CipherResult, CipherWork } from './cipher-messages.ts'

let key: MessagingKey | undefined

const isGood = (event: unknown): boolean => {
  try {
    verifyNostrEvent(parseNostrEvent(event))
    return true
  } catch {
    return false
  }
}

const done = async (work: CipherWork): Promise<CipherResult> => {
  if ('verify' in work) return { good: isGood(work.verify) }
  if (!key) throw new TypeError('no key has come')
  try {
    return { opened: await open(work.open, key, work.arrival) }
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    return { refused: error.code, message: error.message }
  }
}

self.onmessage = async ({ data }: MessageEvent<CipherQuestion>): Promise<void> => {
  if ('seed' in data) {
    key = messagingKeyFromSeed(data.seed)
    return
  }
  const answer: CipherAnswer = { n: data.n, result: await done(data.work) }
  self.postMessage(answer)
}

// An answer that does not come would be waited for: whoever asks hears of it as of any other fault of a worker.
self.addEventListener('unhandledrejection', ({ reason }) => {
  throw reason
})
