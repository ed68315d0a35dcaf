import type { PrimaryHex } from '@kez-chat/contracts'
import { inboxSubject } from '@kez-chat/contracts'
import type { StoredMessage } from '@kez-chat/eventlog/messages'
import { delivered, isTraced, type Replay, received, startSpan } from '@kez-chat/runtime'

/** Shows that a live message was written to a client, in the trace of whoever sent it. */
export const showDelivery = (primary: PrimaryHex, traceparent: string | undefined): void => {
  if (isTraced(traceparent)) startSpan({ ...delivered(inboxSubject.live(primary)), parent: traceparent }).end()
}

/**
 * Shows that messages were read from the log, with links to the traces that they came by and never as a part of them: they may be
 * weeks old. `parent` is the request that asked for them, if one did.
 */
export const showReading = (
  primary: PrimaryHex,
  batch: readonly StoredMessage[],
  { why, parent = 'none', startedAt }: { why: Replay; parent?: string | undefined; startedAt: number },
): void => {
  const links = batch.flatMap(({ traceparent }) => (isTraced(traceparent) ? [traceparent] : []))
  if (links.length === 0) return
  const step = received(inboxSubject.stored(primary))
  const attributes = { ...step.attributes, 'kez.replay': why, 'messaging.batch.message_count': batch.length }
  startSpan({ ...step, attributes, links, parent, startedAt }).end()
}
