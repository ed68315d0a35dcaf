import { type ConsumerMessages, DeliverPolicy } from '@nats-io/jetstream'
import { createBackoff } from '../backoff.ts'
import { streamInfo } from '../ensure-stream.ts'
import { messageOf } from '../errors.ts'
import type { JetStream } from '../jetstream.ts'

/** One entry of a bucket; `value` is undefined when the key was deleted. */
export type BucketEntry = { key: string; value: Uint8Array | undefined; seq: number }

export type BucketWatch = {
  /** Every entry that the bucket held was handed over, now or until a moment ago: a change of leaders passes unnoticed. */
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

/** ms. The consumer is on one node alone; when that goes, two missed signs of life tell, and it is made anew. */
const silence = 2_500
/** ms for which the copy counts as complete when it can no longer be followed. */
const tolerated = 15_000

/**
 * Hands over every entry of a KV bucket and then every change, in order and for ever. After a reconnect of NATS it asks
 * anew from the last entry it saw, and from the beginning when the bucket was made anew.
 */
export const watchBucket = ({ nc, js, jsm }: JetStream, bucket: string, options: BucketWatchOptions): BucketWatch => {
  const stream = `KV_${bucket}`
  const prefix = `$KV.${bucket}.`
  const stopping = new AbortController()
  const backoff = createBackoff(200, 5_000)
  let everSynced = false
  let lostAt: number | undefined
  let seen: { created: string; seq: number } | undefined
  let interrupt = (): void => undefined

  const lost = (): void => {
    lostAt ??= performance.now()
  }

  const caughtUp = (): void => {
    everSynced = true
    lostAt = undefined
    backoff.reset()
    options.onSynced?.()
  }

  /** The client library asks a consumer that does not answer for ever; its node may be gone for as long. */
  const restartOnSilence = async (messages: ConsumerMessages): Promise<void> => {
    for await (const { type } of messages.status()) if (type === 'heartbeats_missed') messages.stop()
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
    const messages = await consumer.consume({ max_messages: 500, expires: 10_000, idle_heartbeat: silence })
    interrupt = () => messages.stop()
    if (stopping.signal.aborted) interrupt()
    void restartOnSilence(messages)
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
        lost()
        options.onTrouble?.(messageOf(error))
        await backoff.wait(stopping.signal)
      }
    }
  }

  const restartOnReconnect = async (): Promise<void> => {
    for await (const { type } of nc.status()) {
      if (type === 'disconnect') lost()
      if (type === 'reconnect') interrupt()
    }
  }

  const running = run()
  void restartOnReconnect()
  return {
    get synced() {
      return everSynced && (lostAt === undefined || performance.now() - lostAt < tolerated)
    },
    stop: async () => {
      stopping.abort()
      interrupt()
      await running
    },
  }
}
