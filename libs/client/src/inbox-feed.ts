import { InboxMessage, MailboxState } from '@kez-chat/contracts'
import { AUTH_HEADER, parseHandle, type SigningKey, signRequest, streamAuthText } from '@kez-chat/identity'
import { backoff, pause } from './backoff.ts'
import { ApiError, NetworkError, UnexpectedResponse } from './errors.ts'
import { errorOf } from './problem-response.ts'
import { wasMisdated } from './server-clock.ts'
import { createSseParser, type ServerEvent } from './sse-parser.ts'

/** `connecting` before the first answer, `live` while the stream is open, `offline` between a failure and the next try. */
export type FeedStatus = 'connecting' | 'live' | 'offline'

export type InboxFeedOptions = {
  handle: string
  signer: SigningKey
  /** The last sequence that is already known; 0 reads everything, undefined only what arrives from now on. */
  since?: number | undefined
  /**
   * Called for each message in order, one at a time: the next one waits until the promise is settled. When it rejects,
   * the message counts as not taken and comes again after a reconnect.
   */
  onMessage(message: InboxMessage): void | Promise<void>
  onStatus?(status: FeedStatus): void
  /** How full the mailbox is; sent by the server when senders are being refused. */
  onMailbox?(state: MailboxState): void
  /** The cursor is beyond the server's stream (it was restored or moved). The feed goes on from the beginning. */
  onCursorReset?(): void
  /** Each failed try; the feed goes on regardless until it is closed. */
  onError?(error: unknown): void
}

export type InboxFeed = {
  /** The last sequence that `onMessage` took; undefined before the first when `since` was not given. */
  readonly cursor: number | undefined
  /** Ends the pause before the next try, e.g. when the browser says that it is online again. */
  retryNow(): void
  /** Resolves when nothing of the feed runs any more. */
  close(): Promise<void>
}

/** The server pings every 15 s (protocol §2): three missed ones mean that the connection is dead. */
const silenceLimit = 45_000
const answerWithin = 15_000
const longestPause = 30_000
/** A connection that held this long was a good one: the next pause starts small again. */
const steadyAfter = 5_000

/**
 * The live inbox of one person: `GET /v1/inbox/:handle/stream` by fetch, with fresh auth at each connection. Resumes
 * after the last message taken, drops doubles by sequence, reconnects for ever with jitter.
 * @throws IdentityError `handle_invalid`
 */
export const openInboxFeed = (
  server: { baseUrl: string; fetch: typeof fetch; now: () => number },
  options: InboxFeedOptions,
): InboxFeed => {
  const handle = parseHandle(options.handle)
  const closing = new AbortController()
  let skipPause = new AbortController()
  let cursor = options.since
  let failures = 0
  let status: FeedStatus | undefined

  const report = (next: FeedStatus): void => {
    if (status === next || closing.signal.aborted) return
    status = next
    options.onStatus?.(next)
  }

  const take = async ({ event, data }: ServerEvent): Promise<void> => {
    if (event === 'mailbox') options.onMailbox?.(MailboxState.parse(JSON.parse(data)))
    if (event !== 'message') return
    const message = InboxMessage.parse(JSON.parse(data))
    if (cursor !== undefined && message.seq <= cursor) return
    await options.onMessage(message)
    cursor = message.seq
  }

  let signedAt = 0

  /** One connection, until it ends; returns the pause in ms that the server asks for. */
  const connect = async (): Promise<number | undefined> => {
    const connection = new AbortController()
    const signal = AbortSignal.any([closing.signal, connection.signal])
    let watchdog = setTimeout(() => connection.abort(), answerWithin)
    const heard = (): void => {
      clearTimeout(watchdog)
      watchdog = setTimeout(() => connection.abort(), silenceLimit)
    }
    signedAt = server.now()
    try {
      const query = cursor === undefined ? '' : `?since=${cursor}`
      const response = await server
        .fetch(`${server.baseUrl}/v1/inbox/${handle}/stream${query}`, {
          headers: {
            accept: 'text/event-stream',
            [AUTH_HEADER]: signRequest(streamAuthText(handle), options.signer, signedAt),
          },
          credentials: 'omit',
          cache: 'no-store',
          redirect: 'error',
          referrerPolicy: 'no-referrer',
          signal,
        })
        .catch((cause: unknown) => {
          throw new NetworkError('the server was not reached', { cause })
        })
      if (!response.ok) throw await errorOf(response)
      if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
        throw new UnexpectedResponse(response.status, 'the answer is no event stream')
      heard()
      report('live')
      const parser = createSseParser()
      const decoder = new TextDecoder()
      const reader = response.body.getReader()
      for (;;) {
        const { done, value } = await reader.read().catch((cause: unknown) => {
          throw new NetworkError('the stream was cut off', { cause })
        })
        if (done || closing.signal.aborted) return parser.retry
        for (const event of parser.push(decoder.decode(value, { stream: true }))) {
          clearTimeout(watchdog)
          await take(event)
          if (closing.signal.aborted) return undefined
        }
        heard()
      }
    } finally {
      clearTimeout(watchdog)
      connection.abort()
    }
  }

  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      if (status !== 'offline') report('connecting')
      let asked: number | undefined
      const begun = Date.now()
      try {
        asked = await connect()
      } catch (error) {
        if (closing.signal.aborted) return
        if (wasMisdated(error, signedAt, server)) continue
        if (error instanceof ApiError) asked = (error.retryAfter ?? 0) * 1000
        if (error instanceof ApiError && error.code === 'cursor_reset') {
          cursor = 0
          options.onCursorReset?.()
        }
        options.onError?.(error)
      }
      if (Date.now() - begun > steadyAfter) failures = 0
      skipPause = new AbortController()
      report('offline')
      const wait = Math.min(asked ?? 0, longestPause) + backoff(failures++, 500, longestPause)
      await pause(wait, AbortSignal.any([closing.signal, skipPause.signal]))
    }
  }

  const running = run()
  return {
    get cursor() {
      return cursor
    },
    retryNow: () => skipPause.abort(),
    close: async () => {
      closing.abort()
      await running
    },
  }
}
