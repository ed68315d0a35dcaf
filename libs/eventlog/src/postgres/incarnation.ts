import { streamInfo } from '../ensure-stream.ts'
import { LogUnavailable, messageOf } from '../errors.ts'
import type { JetStream } from '../jetstream.ts'
import type { Incarnation } from './archive.ts'
import type { Cursor } from './cursor.ts'

/** The stream is not the one the tables were made from. They stay as they are until somebody decides. */
export class StreamReplaced extends Error {
  override readonly name = 'StreamReplaced'
}

/** @throws {LogUnavailable} when the stream cannot be asked for, {@link StreamReplaced} when there is none */
export const currentLife = async (
  { jsm, isConnected }: JetStream,
  stream: string,
): Promise<Incarnation & { lastSeq: number }> => {
  if (!isConnected()) throw new LogUnavailable(`${stream} cannot be read: not connected`)
  const info = await streamInfo(jsm, stream).catch((cause: unknown) => {
    throw new LogUnavailable(`${stream} cannot be read: ${messageOf(cause)}`, { cause })
  })
  if (!info) throw new StreamReplaced(`the stream ${stream} is gone`)
  return { stream, created: info.created, lastSeq: info.state.last_seq }
}

/** @throws {StreamReplaced} when a cursor does not belong to the stream as it is now */
export const refuseForeign = (cursor: Cursor, life: Incarnation & { lastSeq: number }): void => {
  const advice = 'restore the stream from the archive if events are missing, then rebuild the projection'
  if (cursor.stream !== life.stream || cursor.created !== life.created)
    throw new StreamReplaced(
      `the tables were made from ${cursor.stream} of ${cursor.created}, but ${life.stream} is of ${life.created}: ${advice}`,
    )
  if (cursor.seq > life.lastSeq)
    throw new StreamReplaced(
      `the tables hold events up to ${cursor.seq}, but ${life.stream} ends at ${life.lastSeq}: it lost events; ${advice}`,
    )
}
