import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { inboxSubject, type MailboxState, type PrimaryHex } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { readFromLeader, readRange, type StoredMessage } from '@kez-chat/eventlog/messages'
import type { Log, Replay } from '@kez-chat/runtime'
import { messageOf } from '../messages/record.ts'
import type { Metrics } from '../metrics.ts'
import { showDelivery, showReading } from './feed-spans.ts'
import { untilWritable } from './until-writable.ts'

export type FeedOptions = {
  jetstream: JetStream
  /** The inbox stream that holds this person's messages. */
  stream: string
  primary: PrimaryHex
  response: ServerResponse
  /** The `traceparent` of the request that it answers, where its trace is kept. */
  traceparent: string | undefined
  /** A message was written to a client that was there already. */
  onLive: (seq: number) => void
  metrics: Metrics
  log: Log
}

export type Feed = {
  /** Begins to write, after everything up to `last`. */
  begin(last: number): void
  /** Compares with the leader and reads what is missing. */
  check(): void
  /** Tells the client when its mailbox has become full, and when it no longer is. */
  tell(state: MailboxState): void
  ping(): void
  /** Ends the response; the client comes back after about `retry` ms. */
  end(retry: number): void
  /** Stops listening. Happens by itself when the response closes. */
  close(): void
  readonly closed: boolean
}

const batchMessages = 64
/** With the socket's own buffer, about what one slow reader can make us hold. */
const batchBytes = 512 * 1024
const drainWithin = 60_000

/**
 * One person's inbox as server-sent events. Live messages are written as they are republished, as long as each follows what
 * was written last (the server says what came before it); in every other case, and whenever the client reads too slowly,
 * they are dropped and read from the stream again, up to where its leader says that nothing follows. So nothing is missed
 * and nothing comes twice, and a slow reader costs no memory.
 */
export const openFeed = (options: FeedOptions): Feed => {
  const { jetstream, stream, primary, response, onLive, metrics, log } = options
  const subject = inboxSubject.stored(primary)
  let last = Number.POSITIVE_INFINITY
  let filling = false
  let wanted = false
  let closed = false
  let toldFull = false
  let openedAt = Number.POSITIVE_INFINITY

  const write = (stored: StoredMessage, how: 'live' | 'read'): void => {
    last = stored.seq
    onLive(stored.seq)
    const message = messageOf(stored)
    if (message) {
      response.write(`id: ${message.seq}\nevent: message\ndata: ${JSON.stringify(message)}\n\n`)
      metrics.delivered.inc({ how })
      const acceptedAt = Date.parse(message.received_at)
      // What had come before waited for the client, not for us.
      if (acceptedAt >= openedAt) metrics.delivery.observe(Math.max(0, Date.now() - acceptedAt) / 1_000)
    } else log.error({ seq: stored.seq, stream }, 'an inbox holds a record of unknown form')
  }

  const live = jetstream.nc.subscribe(inboxSubject.live(primary), {
    callback: (error, message) => {
      if (error || closed) return
      const seq = Number(message.headers?.get('Nats-Sequence'))
      const previous = Number(message.headers?.get('Nats-Last-Sequence'))
      if (!(seq > last)) return
      if (!filling && !response.writableNeedDrain && previous <= last) {
        write({ seq, data: message.data }, 'live')
        showDelivery(primary, message.headers?.get('traceparent'))
      } else fill(response.writableNeedDrain ? 'slow' : 'gap')
    },
  })

  const close = (): void => {
    if (closed) return
    closed = true
    live.unsubscribe()
  }
  const readToTheEnd = async (why: Replay): Promise<void> => {
    let count = 0
    for (let leaderFirst = true; !closed; leaderFirst = false) {
      if (!(await untilWritable(response, drainWithin))) {
        metrics.slowReaders.inc()
        response.destroy()
        return
      }
      const from = last + 1
      const startedAt = Date.now()
      let batch = leaderFirst
        ? []
        : await readRange(jetstream, stream, { subject, from, messages: batchMessages, bytes: batchBytes })
      if (batch.length === 0) {
        const next = await readFromLeader(jetstream, stream, { seq: from, next_by_subj: subject })
        if (!next) {
          if (why === 'history') metrics.catchUp.observe(count)
          return
        }
        batch = [next]
      }
      for (const stored of batch) if (stored.seq > last && !closed) write(stored, 'read')
      count += batch.length
      metrics.streamFills.inc({ why }, batch.length)
      const parent = why === 'history' ? options.traceparent : undefined
      showReading(primary, batch, { why, parent, startedAt })
    }
  }

  const fillUntilDone = async (why: Replay): Promise<void> => {
    filling = true
    while (wanted && !closed) {
      wanted = false
      try {
        await readToTheEnd(why)
      } catch (error) {
        // NATS is away; it is asked again until it is back or the client is gone.
        log.debug({ err: error }, 'a live stream cannot be filled right now')
        wanted = true
        await sleep(500 + Math.random() * 1_500)
      }
    }
    filling = false
  }

  const fill = (why: Replay): void => {
    wanted = true
    if (!filling && !closed && last !== Number.POSITIVE_INFINITY) void fillUntilDone(why)
  }

  return {
    begin: (after) => {
      last = after
      openedAt = Date.now()
      response.write(': connected\n\n')
      fill('history')
    },
    check: () => fill('check'),
    tell: (state) => {
      if (closed || response.writableNeedDrain || state.full === toldFull) return
      toldFull = state.full
      response.write(`event: mailbox\ndata: ${JSON.stringify(state)}\n\n`)
    },
    ping: () => {
      if (!closed && !response.writableNeedDrain) response.write(': ping\n\n')
    },
    end: (retry) => {
      if (closed) return
      close()
      response.end(`retry: ${Math.round(retry)}\n\n`)
    },
    close,
    get closed() {
      return closed
    },
  }
}
