import { DeliverPolicy } from '@nats-io/jetstream'
import { createBackoff } from '../backoff.ts'
import { streamInfo } from '../ensure-stream.ts'
import { messageOf } from '../errors.ts'
import type { JetStream } from '../jetstream.ts'

/** One entry of a bucket; `value` is undefined when the key was deleted. */
export type BucketEntry = { key: string; value: Uint8Array | undefined; seq: number }

export type BucketWatch = {
  /** Every entry that the bucket held when the watch (re)started was handed over. */
  readonly synced: boolean
  stop(): Promise<void>
}

export type BucketWatchOptions = {
  onEntry(entry: BucketEntry): void
  /** Called at the first and at every later moment when the watch has caught up with the bucket. */
  onSynced?(): void
  /** Called with a reason each time that the watch has to start anew; it does so for ever, with jitter. */
  onTrouble?(reason: string): void
}

/**
 * Hands over every entry of a KV bucket and then every change, in order and for ever. After a reconnect of NATS it asks
 * anew from the last entry it saw, and from the beginning when the bucket was made anew.
 */
export const watchBucket = ({ nc, js, jsm }: JetStream, bucket: string, options: BucketWatchOptions): BucketWatch => {
  const stream = `KV_${bucket}`
  const prefix = `$KV.${bucket}.`
  const stopping = new AbortController()
  const backoff = createBackoff(200, 5_000)
  let synced = false
  let seen: { created: string; seq: number } | undefined
  let interrupt = (): void => undefined

  const caughtUp = (): void => {
    synced = true
    backoff.reset()
    options.onSynced?.()
  }

  const follow = async (): Promise<void> => {
    const info = await streamInfo(jsm, stream)
    if (!info) throw new Error(`the bucket ${bucket} does not exist`)
    const resume = seen && seen.created === info.created && seen.seq <= info.state.last_seq
    const known = resume && seen ? seen : { created: info.created, seq: 0 }
    seen = known
    if (known.seq === info.state.last_seq) caughtUp()
    const consumer = await js.consumers.get(stream, {
      filter_subjects: `${prefix}>`,
      inactive_threshold: 60_000,
      ...(known.seq > 0 ? { opt_start_seq: known.seq + 1 } : { deliver_policy: DeliverPolicy.LastPerSubject }),
    })
    const messages = await consumer.consume({ max_messages: 500 })
    interrupt = () => messages.stop()
    if (stopping.signal.aborted) interrupt()
    try {
      for await (const message of messages) {
        if (stopping.signal.aborted) return
        const operation = message.headers?.get('KV-Operation')
        const deleted = operation === 'DEL' || operation === 'PURGE'
        options.onEntry({
          key: message.subject.slice(prefix.length),
          value: deleted ? undefined : message.data,
          seq: message.seq,
        })
        known.seq = message.seq
        if (message.info.pending === 0) caughtUp()
      }
    } finally {
      await messages.close().catch(() => undefined)
    }
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted && !nc.isClosed()) {
      try {
        await follow()
      } catch (error) {
        synced = false
        options.onTrouble?.(messageOf(error))
        await backoff.wait(stopping.signal)
      }
    }
  }

  const restartOnReconnect = async (): Promise<void> => {
    for await (const { type } of nc.status()) {
      if (type === 'disconnect') synced = false
      if (type === 'reconnect') interrupt()
    }
  }

  const running = run()
  void restartOnReconnect()
  return {
    get synced() {
      return synced
    },
    stop: async () => {
      stopping.abort()
      interrupt()
      await running
    },
  }
}
