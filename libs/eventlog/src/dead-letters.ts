import {
  DeadLetter,
  type DeadLetterCommand,
  type DeadLetterDone,
  type DeadLetterId,
  type DeadLetterReaction,
  DomainError,
  deadLetterSubject,
  streamName,
} from '@kez-chat/contracts'
import { LogUnavailable, messageOf } from './errors.ts'
import type { JetStream } from './jetstream.ts'
import { loadLast, loadSeq } from './load.ts'
import type { LogSink } from './log-sink.ts'
import { nanosToText, type StoredEvent } from './stored-event.ts'

const maxReason = 500
const publishWithin = 5_000

/**
 * Puts an event that a reaction gave up among the dead letters; when this resolves it is on disk.
 * @throws {LogUnavailable} then the event is not given up
 */
export const putDeadLetter = async (
  { js }: JetStream,
  { reaction, stream }: { reaction: DeadLetterReaction; stream: string },
  event: StoredEvent,
  { deliveries, error }: { deliveries: number; error: unknown },
): Promise<void> => {
  const letter: DeadLetter = DeadLetter.parse({
    version: 1,
    reaction,
    stream,
    seq: event.seq,
    subject: event.subject.slice(0, 512),
    bytes: event.data.length,
    stored_at: nanosToText(event.timeNs),
    given_up_at: new Date().toISOString(),
    deliveries,
    reason: messageOf(error).slice(0, maxReason),
  })
  try {
    await js.publish(deadLetterSubject(letter), JSON.stringify(letter), { timeout: publishWithin })
  } catch (cause) {
    throw new LogUnavailable(`a dead letter was not stored: ${messageOf(cause)}`, { cause })
  }
}

/** A letter as it stands. @throws {LogUnavailable} */
export const findDeadLetter = async (
  jetstream: JetStream,
  id: DeadLetterId,
): Promise<{ letter: DeadLetter; at: number } | undefined> => {
  const stored = await loadLast(jetstream, streamName.deadLetters, deadLetterSubject(id))
  return stored && { letter: DeadLetter.parse(JSON.parse(new TextDecoder().decode(stored.data))), at: stored.seq }
}

export type DeadLetterHandlers = Partial<Record<DeadLetterReaction, (event: StoredEvent) => Promise<void>>>

/**
 * Does what an operator decides about dead letters. A retry hands the very event to the very code that gave it up, which does its part
 * once however often an event comes; only when that works is the letter gone, and a newer letter about the event stays.
 */
export const createDeadLetterDesk =
  (jetstream: JetStream, handlers: DeadLetterHandlers, log: LogSink) =>
  async ({ op, ...id }: DeadLetterCommand): Promise<DeadLetterDone> => {
    const found = await findDeadLetter(jetstream, id)
    if (!found) throw new DomainError('not_found', 'there is no such dead letter; it may have been dealt with already')
    if (op === 'retry') await retry(jetstream, handlers, id)
    await jetstream.jsm.streams.purge(streamName.deadLetters, { filter: deadLetterSubject(id), seq: found.at + 1 })
    const outcome = op === 'retry' ? 'handled' : 'dropped'
    log.info({ ...id, outcome }, 'audit: the operator dealt with a dead letter')
    return { outcome }
  }

const retry = async (jetstream: JetStream, handlers: DeadLetterHandlers, id: DeadLetterId): Promise<void> => {
  const event = await loadSeq(jetstream, id.stream, id.seq)
  if (!event)
    throw new DomainError('not_found', 'the event itself is gone from its stream: the letter can only be dropped')
  const handle = handlers[id.reaction]
  if (!handle) throw new DomainError('invalid', `${id.reaction} is none of this service`)
  try {
    await handle(event)
  } catch (cause) {
    throw new DomainError('conflict', `it failed again: ${messageOf(cause).slice(0, maxReason)}`, { cause })
  }
}
