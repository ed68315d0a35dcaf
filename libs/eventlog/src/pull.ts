import { createInbox, type Msg, type Subscription } from '@nats-io/nats-core'
import { LogUnavailable } from './errors.ts'
import type { JetStream } from './jetstream.ts'
import { plainHeaders, type StoredEvent } from './stored-event.ts'

/** An event as a consumer delivered it. */
export type Delivery = StoredEvent & {
  /** Counts up by one per delivery of this consumer; a step of two means one was lost on the way. */
  deliverySeq: number
  /** How often it was delivered, this time included. */
  deliveries: number
  /** How many more the consumer has after this one. */
  pending: number
  respond(payload: string): void
}

/** Pulls from one consumer, one request at a time. */
export type Puller = {
  /**
   * Up to `max` events: those that are there, else the first that comes within `wait` ms, else none.
   * @throws {LogUnavailable} when the consumer is gone or the server does not answer
   */
  next(max: number, wait: number): Promise<Delivery[]>
  close(): void
}

/** Bytes of one pull, so that a batch of large events stays small enough to hold. */
const maxPullBytes = 8 * 1024 * 1024
/** How long an answer may take beyond the time the server was told to wait. */
const grace = 5_000

const delivery = (message: Msg): Delivery => {
  const tokens = (message.reply ?? '').split('.')
  // $JS.ACK.<stream>.<consumer>.<n>.<stream seq>.<consumer seq>.<time>.<pending>, or with domain and account after ACK.
  const numbers = tokens.slice(tokens.length === 9 ? 4 : 6)
  const [deliveries, seq, deliverySeq, timeNs, pending] = numbers
  if (tokens[1] !== 'ACK' || seq === undefined || timeNs === undefined)
    throw new LogUnavailable('a delivery came without a subject for its acknowledgement')
  return {
    subject: message.subject,
    seq: Number(seq),
    timeNs: BigInt(timeNs),
    data: message.data,
    headers: plainHeaders(message.headers),
    deliverySeq: Number(deliverySeq),
    deliveries: Number(deliveries),
    pending: Number(pending),
    respond: (payload) => void message.respond(payload),
  }
}

type Pull = {
  reply: string
  max: number
  got: Delivery[]
  done(): void
  fail(error: Error): void
}

/** Opens a puller on an existing pull consumer. */
export const openPuller = ({ nc, js, onDisconnect }: JetStream, stream: string, consumer: string): Puller => {
  const inbox = createInbox(js.getOptions().watcherPrefix)
  let current: Pull | undefined
  let count = 0

  const onStatus = (pull: Pull, code: number, description: string): void => {
    const batchEnded = code === 404 || code === 408 || (code === 409 && /batch completed|maxbytes/i.test(description))
    if (batchEnded) pull.done()
    else pull.fail(new LogUnavailable(`reading ${stream}: ${description || 'no responders'} (${code})`))
  }

  const subscription: Subscription = nc.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      const pull = current
      if (!pull) return
      if (error) return pull.fail(new LogUnavailable(`reading ${stream}: ${error.message}`, { cause: error }))
      if (message.subject.startsWith(`${inbox}.`)) {
        if (message.subject !== pull.reply) return
        return onStatus(pull, message.headers?.code ?? 0, message.headers?.description ?? '')
      }
      try {
        pull.got.push(delivery(message))
      } catch (cause) {
        return pull.fail(new LogUnavailable(`reading ${stream} failed`, { cause }))
      }
      if (pull.got.length >= pull.max) pull.done()
    },
  })

  const forget = onDisconnect(() => current?.fail(new LogUnavailable(`reading ${stream}: the connection was lost`)))

  const pull = (max: number, wait: number): Promise<Delivery[]> =>
    new Promise((resolve, reject) => {
      const end = (finish: () => void): void => {
        clearTimeout(timer)
        current = undefined
        finish()
      }
      const timer = setTimeout(() => fail(new LogUnavailable(`${stream} did not answer in time`)), wait + grace)
      const fail = (error: Error): void => end(() => reject(error))
      const got: Delivery[] = []
      count += 1
      const reply = `${inbox}.${count}`
      current = { reply, max, got, done: () => end(() => resolve(got)), fail }
      const limits = wait > 0 ? { expires: wait * 1_000_000 } : { no_wait: true }
      try {
        const request = JSON.stringify({ batch: max, max_bytes: maxPullBytes, ...limits })
        nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, request, { reply })
      } catch (cause) {
        fail(new LogUnavailable(`${stream} cannot be read: the connection is closed`, { cause }))
      }
    })

  return {
    next: async (max, wait) => {
      const there = await pull(max, 0)
      return there.length > 0 || wait <= 0 ? there : pull(1, wait)
    },
    close: () => {
      forget()
      if (!nc.isClosed()) subscription.unsubscribe()
      current?.fail(new LogUnavailable(`reading ${stream} was stopped`))
    },
  }
}
