import type { StreamSpec } from '@kez-chat/contracts'
import { headers, type MsgHdrs } from '@nats-io/nats-core'
import { publishBatch } from '../append.ts'
import { ensureStream, streamInfo } from '../ensure-stream.ts'
import type { JetStream } from '../jetstream.ts'
import type { StoredEvent } from '../stored-event.ts'
import { fullestLife, readArchive } from './archive.ts'
import type { Database } from './database.ts'

/** A stream was not restored; nothing that was there has been touched. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused'
}

/** What came back, and up to where: events after `recoveryPoint` had not reached the archive and are lost. */
export type Restored = {
  events: number
  /** The last archived event: its sequence in the stream that was lost, and when it was stored (ms since 1970). */
  recoveryPoint: { seq: number; time: number }
  firstSeq: number
  created: string
}

const batchSize = 200
/** The archive is read and published in steps; a batch must reach the disk within this time, ms. */
const batchTimeout = 30_000

/**
 * Makes a lost stream again from the event archive: the same events on the same subjects in the same order, byte for
 * byte. Sequences are new and above every one ever issued, because people and caches may remember old ones. Each event
 * says in headers where it was before. Nobody may append meanwhile; afterwards every projection has to be rebuilt.
 * @throws {RestoreRefused} when the stream holds anything, or the archive holds nothing of it
 */
export const restoreStream = async <T>(
  jetstream: JetStream,
  database: Database<T>,
  spec: StreamSpec,
): Promise<Restored> => {
  const existing = await streamInfo(jetstream.jsm, spec.name)
  if (existing && existing.state.messages > 0)
    throw new RestoreRefused(
      `${spec.name} holds ${existing.state.messages} events; only a stream that is gone or empty is restored. ` +
        `If an earlier restore broke off, delete the stream and start again.`,
    )
  const life = await fullestLife(database.kysely, spec.name)
  if (!life) throw new RestoreRefused(`the archive holds no events of ${spec.name}`)
  const { created } = await ensureStream(jetstream.jsm, spec, { firstSeq: Date.now() * 100 })
  let firstSeq = 0
  for (let after = 0; after < life.lastSeq; ) {
    const events = await readArchive(database.kysely, life, after, batchSize)
    const last = events.at(-1)
    if (!last) break
    const messages = events.map((event) => ({
      subject: event.subject,
      data: event.data,
      headers: restoredHeaders(event, life.created),
    }))
    const [first = 0] = await publishBatch(jetstream, messages, batchTimeout)
    firstSeq ||= first
    after = last.seq
  }
  const recoveryPoint = { seq: life.lastSeq, time: Number(life.lastTimeNs / 1_000_000n) }
  return { events: life.events, recoveryPoint, firstSeq, created }
}

const restoredHeaders = (event: StoredEvent, created: string): MsgHdrs => {
  const all = headers()
  for (const [name, values] of Object.entries(event.headers)) {
    // The server's own headers told it how to take the event in; they would do so again.
    if (!name.startsWith('Nats-')) for (const value of values) all.append(name, value)
  }
  if (!all.has('Kez-Restored-From')) {
    all.set('Kez-Restored-From', `${created} ${event.seq}`)
    all.set('Kez-Stored-At-Ns', String(event.timeNs))
  }
  return all
}
