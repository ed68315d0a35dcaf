import { type AuthRequest, NatsJwtError, type Xkey } from '@kez-chat/nats-jwt'
import { inSpan, type Log, type NatsConnection, type Span } from '@kez-chat/runtime'
import { type Answer, isUnavailable } from './answer.ts'
import { type BoundedQueue, createBoundedQueue } from './bounded-queue.ts'
import type { Metrics } from './metrics.ts'

const authSubject = '$SYS.REQ.USER.AUTH'
const queueGroup = 'auth'
const senderHeader = 'Nats-Server-Xkey'
/** An answer needs this much of the server's time to be of use, ms. */
const reserve = 500

export type ResponderOptions = {
  readonly nc: NatsConnection
  /** The one in use first; servers may still seal for another while it is being changed. */
  readonly xkeys: readonly Xkey[]
  readonly answer: Answer
  readonly metrics: Metrics
  /** Most logins that wait; more are not answered, and their clients come again. */
  readonly queueLimit: number
  /** How long servers wait for an answer, ms. */
  readonly serverTimeout: number
  readonly log: Log
}

type Asked = {
  readonly sealed: Uint8Array
  readonly sender: string
  readonly at: number
  respond(data: Uint8Array): void
}

export type Responder = { readonly depth: number; stop(): Promise<void> }

/** Who sealed a request must be the server that signed it: else one server's box could carry another's request. */
const sealedBy =
  (sender: string) =>
  ({ server_id: { xkey } }: AuthRequest): void => {
    if (xkey !== sender)
      throw new NatsJwtError('wrong_issuer', 'the request was sealed by another key than the server names')
  }

const textOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new NatsJwtError('malformed', 'the request is not UTF-8', { cause })
  }
}

/**
 * Answers the logins that NATS servers ask about. What is not a sealed, signed request of a server for this callout gets
 * no answer at all, so that nobody learns anything from trying; the server then closes the connection in its own time.
 */
export const startResponder = (options: ResponderOptions): Responder => {
  const { nc, xkeys, answer, metrics, log, serverTimeout } = options
  const count = (outcome: string, reason = ''): void => metrics.logins.inc({ outcome, reason })

  const open = (sealed: Uint8Array, sender: string): { opened: Uint8Array; xkey: Xkey } => {
    let refused: unknown
    for (const xkey of xkeys) {
      try {
        return { opened: xkey.open(sealed, sender), xkey }
      } catch (error) {
        if (!(error instanceof NatsJwtError && error.code === 'not_for_us')) throw error
        refused = error
      }
    }
    throw refused
  }

  const decide = async ({ sealed, sender, at, respond }: Asked, span: Span): Promise<void> => {
    const { opened, xkey } = open(sealed, sender)
    const answered = await answer(textOf(opened), Date.now(), sealedBy(sender))
    respond(xkey.seal(Buffer.from(answered.response), sender))
    metrics.seconds.observe((performance.now() - at) / 1000)
    const { outcome } = answered
    span.set({ 'kez.outcome': outcome })
    if (outcome === 'refused') return count(outcome, answered.reason)
    count(outcome)
    log.debug({ audit: answered.audit }, 'a person has logged in')
  }

  const work = async (asked: Asked): Promise<void> => {
    const waited = performance.now() - asked.at
    metrics.waiting.observe(waited / 1_000)
    if (waited > serverTimeout - reserve) return count('late')
    try {
      await inSpan({ name: 'login', kind: 'server', parent: 'none' }, (span) => decide(asked, span))
    } catch (error) {
      if (error instanceof NatsJwtError) {
        count('ignored', error.code)
        log.warn({ reason: error.code }, 'a login request that is not a sound one of a server was ignored')
      } else if (isUnavailable(error)) count('unavailable')
      else {
        count('failed')
        log.error({ err: error }, 'a login could not be decided')
      }
    }
  }

  const queue: BoundedQueue<Asked> = createBoundedQueue({ limit: options.queueLimit, concurrency: 64, work })
  const subscription = nc.subscribe(authSubject, {
    queue: queueGroup,
    callback: (error, message) => {
      if (error) return log.error({ error: error.message }, 'the auth responder may not listen for logins')
      const sender = message.headers?.get(senderHeader)
      if (!sender) return count('ignored', 'not_sealed')
      const respond = (data: Uint8Array): void => {
        if (!nc.isClosed()) message.respond(data)
      }
      if (!queue.offer({ sealed: message.data, sender, at: performance.now(), respond })) count('shed')
    },
  })

  return {
    get depth() {
      return queue.depth
    },
    stop: async () => {
      if (!nc.isClosed()) await subscription.drain().catch(() => undefined)
      await queue.stop()
      if (!nc.isClosed()) await nc.flush().catch(() => undefined)
    },
  }
}
