import { WebSocket } from 'ws'

export type ConnectionOptions = {
  readonly url: string
  /** Largest message taken from the relay, bytes. */
  readonly maxMessage: number
  /** ms between pings; a relay that answers none of them in that time is gone. */
  readonly pingEvery: number
  readonly onMessage: (text: string | undefined, bytes: number) => void
  /** ms of a ping's round trip. */
  readonly onLatency: (ms: number) => void
  /** The connection is gone, or was never made. */
  readonly onEnd: (end: { oversized: boolean; reason: string }) => void
  readonly onOpen: () => void
}

/** A WebSocket to a relay, within limits of time and size. */
export type Connection = {
  send(message: readonly unknown[]): void
  /** Takes nothing more from the wire until `resume`: the relay has to wait. */
  pause(): void
  resume(): void
  close(): void
}

const handshakeWithin = 10_000
/** Bytes that wait to be sent; a relay that reads so slowly is as good as gone. */
const maxUnsent = 4 << 20
const tooBig = 1009

export const connectRelay = (options: ConnectionOptions): Connection => {
  const { url, maxMessage, pingEvery, onMessage, onLatency, onEnd, onOpen } = options
  const socket = new WebSocket(url, {
    maxPayload: maxMessage,
    handshakeTimeout: handshakeWithin,
    followRedirects: false,
    perMessageDeflate: false,
    headers: { 'user-agent': 'kez-chat' },
  })
  let reason = 'the connection was closed'
  let oversized = false
  let ended = false
  let pingedAt: number | undefined

  const beat = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return
    if (socket.isPaused) {
      pingedAt = undefined
      return
    }
    if (pingedAt !== undefined) {
      reason = 'no answer to a ping'
      return socket.terminate()
    }
    pingedAt = performance.now()
    socket.ping()
  }, pingEvery)

  socket.on('open', () => {
    pingedAt = performance.now()
    socket.ping()
    onOpen()
  })
  socket.on('pong', () => {
    if (pingedAt !== undefined) onLatency(performance.now() - pingedAt)
    pingedAt = undefined
  })
  socket.on('message', (data, isBinary) => {
    if (ended) return
    // Whole messages come as one Buffer, by the default of `binaryType`.
    if (isBinary || !Buffer.isBuffer(data)) onMessage(undefined, 0)
    else onMessage(data.toString(), data.length)
  })
  socket.on('error', (error) => {
    oversized ||= 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
    reason = error.message
  })
  socket.on('close', (code) => {
    clearInterval(beat)
    if (ended) return
    ended = true
    onEnd({ oversized: oversized || code === tooBig, reason })
  })

  return {
    send: (message) => {
      if (socket.readyState !== WebSocket.OPEN) return
      if (socket.bufferedAmount > maxUnsent) {
        reason = 'the relay does not read'
        return socket.terminate()
      }
      socket.send(JSON.stringify(message))
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => {
      ended = true
      clearInterval(beat)
      socket.on('error', () => undefined)
      if (socket.readyState === WebSocket.OPEN) socket.close(1000)
      setTimeout(() => socket.terminate(), 1_000).unref()
    },
  }
}
