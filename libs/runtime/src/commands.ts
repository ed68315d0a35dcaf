import { DomainError, ErrorCode } from '@kez-chat/contracts'
import { headers, type Msg, type NatsConnection, type Subscription } from '@nats-io/nats-core'
import { z } from 'zod'
import type { Log } from './log.ts'
import type { RequestOutcome } from './metrics/service-metrics.ts'
import { observerOf } from './nats.ts'
import { answered, requested } from './tracing/messaging-steps.ts'
import { inSpan } from './tracing/spans.ts'
import { continueTrace } from './tracing/traceparent.ts'

const maxCommandBytes = 768 * 1024

/** The header that carries a trace; none where nobody keeps it. */
const traceHeaders = (traceparent: string | undefined) => {
  if (traceparent === undefined) return {}
  const all = headers()
  all.set('traceparent', traceparent)
  return { headers: all }
}

const AnyReply = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error: z.object({ code: ErrorCode, message: z.string(), retry_after: z.number().optional() }),
  }),
])

/**
 * Sends a command to a service and returns its result.
 * @param timeout ms
 * @throws {DomainError} the service's own refusal, or `unavailable` when it does not answer in time
 */
export const requestCommand = <T extends z.ZodType>(
  nc: NatsConnection,
  subject: string,
  payload: unknown,
  result: T,
  timeout = 8_000,
): Promise<z.output<T>> =>
  inSpan(requested(subject), async ({ traceparent }) => {
    const options = { timeout, ...traceHeaders(traceparent) }
    const message = await nc.request(subject, JSON.stringify(payload), options).catch((cause: Error) => {
      throw new DomainError('unavailable', 'the service that answers this is not reachable right now; try again soon', {
        cause,
        retryAfter: 2,
      })
    })
    const reply = AnyReply.parse(JSON.parse(message.string()))
    if (!reply.ok) {
      const { code, message: text, retry_after: retryAfter } = reply.error
      throw new DomainError(code, text, retryAfter === undefined ? {} : { retryAfter })
    }
    return result.parse(reply.result)
  })

/**
 * What is known of a command besides its content: the subject it came on, and W3C trace context, the caller's trace if it
 * sent one.
 */
export type CommandContext = { subject: string; traceparent: string }

export type CommandHandler<T> = (command: T, context: CommandContext) => Promise<unknown>

/** Answers commands of one subject; `stop` finishes what is under way. */
export type CommandServer = { stop(): Promise<void> }

/**
 * Serves a command: parses within bounds, calls `handler`, answers its result or its {@link DomainError}.
 * Replicas share the work through the queue group. Over `limit` commands at once are refused with `unavailable`, one of more than
 * `maxBytes` with `too_large`.
 */
export const serveCommand = <T extends z.ZodType>(
  nc: NatsConnection,
  options: {
    subject: string
    queue: string
    schema: T
    log: Log
    limit?: number
    maxBytes?: number
    /** They come from people and not from a service: their traces are not ours. */
    fromPeople?: boolean
    /** Asked before anything is parsed; throws the refusal. */
    admit?(subject: string): void
  },
  handler: CommandHandler<z.output<T>>,
): CommandServer => {
  const running = new Set<Promise<void>>()
  const { limit = 256, maxBytes = maxCommandBytes } = options

  const observer = observerOf(nc)

  const answer = async (message: Msg): Promise<void> => {
    const started = performance.now()
    const ended = (outcome: RequestOutcome): void =>
      observer?.request(options.subject, outcome, (performance.now() - started) / 1_000)
    try {
      options.admit?.(message.subject)
      if (message.data.length > maxBytes) throw new DomainError('too_large', 'the command is too large')
      const parsed = options.schema.safeParse(parseJson(message.data))
      if (!parsed.success) throw new DomainError('malformed', z.prettifyError(parsed.error))
      const incoming = options.fromPeople ? undefined : message.headers?.get('traceparent')
      const step = { ...answered(options.subject), parent: incoming || 'none' }
      const result = await inSpan(step, (span) => {
        const traceparent = span.traceparent ?? continueTrace(incoming)
        return handler(parsed.data, { subject: message.subject, traceparent })
      })
      message.respond(JSON.stringify({ ok: true, result }))
      ended('ok')
    } catch (error) {
      message.respond(JSON.stringify({ ok: false, error: replyError(error, options.log) }))
      ended(error instanceof DomainError && error.code !== 'unavailable' ? 'refused' : 'failed')
    }
  }

  const subscription: Subscription = nc.subscribe(options.subject, {
    queue: options.queue,
    callback: (error, message) => {
      if (error)
        return options.log.error({ error: error.message, subject: options.subject }, 'a command subscription failed')
      if (running.size >= limit) {
        observer?.request(options.subject, 'shed', 0)
        message.respond(
          JSON.stringify({
            ok: false,
            error: { code: 'unavailable', message: 'too much at once; try again soon', retry_after: 1 },
          }),
        )
        return
      }
      const work = answer(message).finally(() => running.delete(work))
      running.add(work)
    },
  })

  return {
    stop: async () => {
      if (!nc.isClosed()) await subscription.drain().catch(() => undefined)
      await Promise.all(running)
    },
  }
}

const parseJson = (data: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data))
  } catch (cause) {
    throw new DomainError('malformed', 'the command is not JSON', { cause })
  }
}

const replyError = (error: unknown, log: Log): { code: ErrorCode; message: string; retry_after?: number } => {
  if (error instanceof DomainError)
    return {
      code: error.code,
      message: error.message,
      ...(error.retryAfter === undefined ? {} : { retry_after: error.retryAfter }),
    }
  log.error({ err: error }, 'a command failed unexpectedly')
  return { code: 'unavailable', message: 'the server could not finish this right now; try again soon', retry_after: 2 }
}
