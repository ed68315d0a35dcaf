import { parseNostrEvent, verifyNostrEvent } from '@kez-chat/messaging/nostr'
import type { VerifyAnswer, VerifyQuestion } from './verify-messages.ts'

const isGood = (event: unknown): boolean => {
  try {
    verifyNostrEvent(parseNostrEvent(event))
    return true
  } catch {
    return false
  }
}

self.onmessage = ({ data: { n, event } }: MessageEvent<VerifyQuestion>): void => {
  const answer: VerifyAnswer = { n, good: isGood(event) }
  self.postMessage(answer)
}
