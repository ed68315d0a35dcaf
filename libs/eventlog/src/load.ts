import type { StoredMsg } from '@nats-io/jetstream'
import { LogUnavailable, messageOf, PoisonEvent } from './errors.ts'
import type { JetStream } from './jetstream.ts'
import { patiently } from './patience.ts'
import { nanosOf, plainHeaders, type StoredEvent } from './stored-event.ts'

const maxSubjectEvents = 1_000

const fromLeader = async (
  { jsm }: JetStream,
  stream: string,
  query: { last_by_subj: string } | { seq: number; next_by_subj: string } | { seq: number },
): Promise<StoredEvent | undefined> => {
  const message: StoredMsg | null = await patiently(() =>
    jsm.streams.getMessage(stream, query).catch((cause: unknown) => {
      throw new LogUnavailable(`${stream} cannot be read: ${messageOf(cause)}`, { cause })
    }),
  )
  if (message === null) return undefined
  const { subject, seq, data, header, timestamp } = message
  return { subject, seq, data, timeNs: nanosOf(timestamp), headers: plainHeaders(header) }
}

/**
 * The last event on a subject, from the stream's leader: it includes every acknowledged append.
 * @throws {LogUnavailable}
 */
export const loadLast = (jetstream: JetStream, stream: string, subject: string): Promise<StoredEvent | undefined> =>
  fromLeader(jetstream, stream, { last_by_subj: subject })

/** The event of a sequence, if it is there still. @throws {LogUnavailable} */
export const loadSeq = (jetstream: JetStream, stream: string, seq: number): Promise<StoredEvent | undefined> =>
  fromLeader(jetstream, stream, { seq })

/** Whether no event is on a subject (wildcards allowed), by the stream's leader. @throws {LogUnavailable} */
export const isEmpty = async (jetstream: JetStream, stream: string, subject: string): Promise<boolean> =>
  (await fromLeader(jetstream, stream, { seq: 1, next_by_subj: subject })) === undefined

/**
 * All events on a subject in order, from the stream's leader; at most 1,000, which aggregates must stay below.
 * @throws {LogUnavailable}
 * @throws {PoisonEvent} when there are more
 */
export const loadSubject = async (jetstream: JetStream, stream: string, subject: string): Promise<StoredEvent[]> => {
  const events: StoredEvent[] = []
  for (let seq = 1; ; ) {
    const event = await fromLeader(jetstream, stream, { seq, next_by_subj: subject })
    if (!event) return events
    if (events.length === maxSubjectEvents)
      throw new PoisonEvent(`the subject of event ${event.seq} has more than ${maxSubjectEvents} events`)
    events.push(event)
    seq = event.seq + 1
  }
}
