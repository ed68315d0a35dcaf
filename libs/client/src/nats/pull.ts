import { type InboxConsumer, InboxMessage } from '@kez-chat/contracts'
import type { Msg, NatsConnection } from '@nats-io/nats-core'
import { NetworkError } from '../errors.ts'

/** A message as a consumer delivered it; one of the three must be called, or it comes again after 30 s. */
export type Delivered = {
  /** Undefined when the record is of a form this version does not know. */
  readonly message: InboxMessage | undefined
  readonly seq: number
  /** It is taken: it does not come to this consumer again. */
  ack(): void
  /** It could not be taken now: it comes again after `ms`. */
  retry(ms: number): void
}

/** Stream sequence in `$JS.ACK…`: the form of servers up to 2.14, and the one with domain and account in front. */
const seqIn = (reply: string): number => {
  const tokens = reply.split('.')
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK') return Number.NaN
  return Number(tokens.length === 9 ? tokens[5] : tokens[7])
}

const maxRecordBytes = 600 * 1024

const parse = (seq: number, data: Uint8Array): InboxMessage | undefined => {
  if (data.length > maxRecordBytes) return undefined
  try {
    const parsed = InboxMessage.safeParse({ ...JSON.parse(new TextDecoder().decode(data)), seq })
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

const delivered = (message: Msg, seq: number): Delivered => ({
  seq,
  message: parse(seq, message.data),
  ack: () => void message.respond('+ACK'),
  retry: (ms) => void message.respond(`-NAK {"delay": ${Math.round(ms) * 1_000_000}}`),
})

/** How long an answer may take beyond the time the server was told to wait, ms. */
const grace = 5_000

/**
 * Asks a consumer once for what it has, waiting up to `wait` ms for the first message.
 * @param reply a subject of the own reply prefix that no other pull uses
 * @throws NetworkError when the consumer is gone, the server does not answer, or `signal` aborts
 */
export const pullOnce = (
  nc: NatsConnection,
  { stream, consumer }: Pick<InboxConsumer, 'stream' | 'consumer'>,
  { reply, batch, wait, signal }: { reply: string; batch: number; wait: number; signal: AbortSignal },
): Promise<Delivered[]> =>
  new Promise((resolve, reject) => {
    const got: Delivered[] = []
    const end = (error?: Error): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
      if (!nc.isClosed()) subscription.unsubscribe()
      if (error && got.length === 0) reject(error)
      else resolve(got)
    }
    const aborted = (): void => end(new NetworkError('stopped'))
    const timer = setTimeout(() => end(new NetworkError('the consumer did not answer')), wait + grace)
    const subscription = nc.subscribe(reply, {
      callback: (error, message) => {
        if (error) return end(new NetworkError(error.message, { cause: error }))
        const code = message.headers?.code ?? 0
        if (code !== 0) {
          const ended =
            code === 404 ||
            code === 408 ||
            (code === 409 && /batch completed|maxbytes/i.test(message.headers?.description ?? ''))
          return end(ended ? undefined : new NetworkError(message.headers?.description || 'the consumer is not there'))
        }
        const seq = seqIn(message.reply ?? '')
        // Whatever else comes here was not delivered by the consumer, and cannot be acknowledged.
        if (!Number.isSafeInteger(seq)) return
        got.push(delivered(message, seq))
        if (got.length >= batch) end()
      },
    })
    signal.addEventListener('abort', aborted, { once: true })
    const limits = wait > 0 ? { expires: wait * 1_000_000 } : { no_wait: true }
    nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify({ batch, ...limits }), { reply })
  })
