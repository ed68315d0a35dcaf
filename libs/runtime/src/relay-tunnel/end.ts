import { decodeRelayFrame, encodeRelayFrame, type RelayFrame } from '@kez-chat/contracts'

export type TunnelEndOptions = {
  /** Puts the bytes of a frame on the way to the other end. */
  publish(frame: Uint8Array): void
  /** A text came. `confirm` is called with its size when it has been dealt with. */
  onText(text: Uint8Array): void
  /** The other end has dealt with more of what was sent. */
  onCredit?(): void
  /** The session is over: closed by the other end, or by this one because a frame was lost or made no sense. Called once. */
  onClosed(code: number, reason: string): void
}

/** One end of a session. Texts come in order and complete, or the session ends. */
export type TunnelEnd = {
  send(text: Uint8Array): void
  /** Bytes sent that the other end has not confirmed. */
  readonly unconfirmed: number
  receive(frame: Uint8Array): void
  /** `bytes` more of what came have been dealt with. */
  confirm(bytes: number): void
  beat(): void
  /** Ends the session and tells the other end. */
  close(code: number, reason: string): void
  readonly closed: boolean
}

/** Confirmations are sent when so much has gathered, and with every beat. */
const confirmEvery = 16 * 1024

/** WebSocket close codes that we use. */
export const closeCode = { goingAway: 1001, tooBig: 1009, policy: 1008, serviceRestart: 1012, tryAgain: 1013 } as const

/** A frame that ends a session of which nothing else is known. */
export const encodeClose = (code: number, reason: string): Uint8Array =>
  encodeRelayFrame({ type: 'close', texts: 0, code, reason })

export const createTunnelEnd = ({ publish, onText, onCredit, onClosed }: TunnelEndOptions): TunnelEnd => {
  const sent = { texts: 0, bytes: 0, confirmed: 0 }
  const received = { texts: 0, confirmed: 0, told: 0 }
  let closed = false

  const write = (frame: RelayFrame): void => publish(encodeRelayFrame(frame))
  const end = (code: number, reason: string): void => {
    if (closed) return
    closed = true
    onClosed(code, reason)
  }
  const close = (code: number, reason: string): void => {
    if (closed) return
    write({ type: 'close', texts: sent.texts, code, reason })
    end(code, reason)
  }
  const tellConfirmed = (): void => {
    received.told = received.confirmed
    write({ type: 'credit', texts: sent.texts, bytes: received.confirmed })
  }

  const accept = (frame: RelayFrame): void => {
    const expected = (frame.type === 'text' ? received.texts + 1 : received.texts) >>> 0
    if (frame.type === 'close') end(frame.code, frame.reason)
    else if (frame.texts !== expected) close(closeCode.tryAgain, 'a frame was lost inside the server')
    else if (frame.type === 'text') {
      received.texts = expected
      onText(frame.text)
    } else if (frame.type === 'credit' && frame.bytes > sent.confirmed && frame.bytes <= sent.bytes) {
      sent.confirmed = frame.bytes
      onCredit?.()
    }
  }

  return {
    send: (text) => {
      if (closed) return
      sent.texts = (sent.texts + 1) >>> 0
      sent.bytes += text.length
      write({ type: 'text', texts: sent.texts, text })
    },
    get unconfirmed() {
      return sent.bytes - sent.confirmed
    },
    receive: (bytes) => {
      if (closed) return
      const frame = decodeRelayFrame(bytes)
      if (frame) accept(frame)
      else close(closeCode.tryAgain, 'a frame was broken inside the server')
    },
    confirm: (bytes) => {
      received.confirmed += bytes
      if (!closed && received.confirmed - received.told >= confirmEvery) tellConfirmed()
    },
    beat: () => {
      if (closed) return
      if (received.told < received.confirmed) tellConfirmed()
      else write({ type: 'beat', texts: sent.texts })
    },
    close,
    get closed() {
      return closed
    },
  }
}
