import { closeCode, type TunnelEnd } from '@kez-chat/runtime'
import type { WebSocket } from 'ws'
import type { RelayListener } from './tunnel.ts'

/** Bytes that may be under way to the bridge before the client is no longer read. */
const windowUp = 256 * 1024
/** More than the bridge ever sends ahead of the client; the client is dropped before memory is. */
const mostBuffered = 4 * 1024 * 1024
/** For all clients of this gateway together. */
const mostBufferedInAll = 256 * 1024 * 1024
const pingEvery = 20_000
const goesWithin = 2_000

/** What waits for all clients together. */
export type Buffered = { readonly bytes: number; add(bytes: number): void }

/** Joins one client's WebSocket with its session: text frames pass both ways, as fast as the slower side takes them. */
export const createRelayConnection = (inAll: Buffered, onEnd: (reason: string) => void) => {
  let socket: WebSocket | undefined
  let end: TunnelEnd | undefined
  const early: Uint8Array[] = []
  let ended: { code: number; reason: string } | undefined

  const write = (text: Uint8Array): void => {
    if (!socket) early.push(text)
    else if (socket.bufferedAmount > mostBuffered || inAll.bytes > mostBufferedInAll)
      finish(closeCode.policy, 'too slow')
    else {
      inAll.add(text.length)
      socket.send(text, { binary: false }, (error) => {
        inAll.add(-text.length)
        if (!error) end?.confirm(text.length)
      })
    }
  }

  const finish = (code: number, reason: string): void => {
    if (ended) return
    ended = { code, reason }
    end?.close(code, reason)
    closeSocket(code, reason)
    onEnd(reasonLabel(code))
  }

  const closeSocket = (code: number, reason: string): void => {
    const closing = socket
    if (!closing) return
    closing.resume()
    closing.close(code, reason)
    // A client that does not read never sees the close frame.
    setTimeout(() => closing.terminate(), goesWithin).unref()
  }

  const listener: RelayListener = {
    onText: write,
    onCredit: () => {
      if (socket?.isPaused && (end?.unconfirmed ?? 0) < windowUp / 2) socket.resume()
    },
    onClosed: (code, reason) => finish(code, reason),
  }

  const hold = (session: TunnelEnd): void => {
    end = session
    if (ended) session.close(ended.code, ended.reason)
  }

  const attach = (client: WebSocket, session: TunnelEnd): void => {
    socket = client
    let heard = true
    const pings = setInterval(() => {
      if (!heard && !client.isPaused) client.terminate()
      heard = false
      if (client.readyState === client.OPEN) client.ping()
    }, pingEvery)
    client.on('pong', () => {
      heard = true
    })
    client.on('message', (data, isBinary) => {
      heard = true
      if (isBinary) finish(1003, 'text frames only')
      else session.send(bytesOf(data))
      if (session.unconfirmed > windowUp && !session.closed) client.pause()
    })
    client.on('error', () => undefined)
    client.on('close', () => {
      clearInterval(pings)
      finish(closeCode.goingAway, 'the client left')
    })
    for (const text of early.splice(0)) write(text)
    if (ended) closeSocket(ended.code, ended.reason)
  }

  return {
    listener,
    /** The session ends from now on with the connection, also if there is never a WebSocket. */
    hold,
    attach,
    abandon: () => finish(closeCode.goingAway, 'the client left'),
  }
}

const bytesOf = (data: Buffer | ArrayBuffer | Buffer[]): Uint8Array =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data

const labels: Readonly<Record<number, string>> = {
  [closeCode.goingAway]: 'left',
  [closeCode.policy]: 'refused',
  [closeCode.serviceRestart]: 'restart',
  [closeCode.tryAgain]: 'lost_frame',
}
const reasonLabel = (code: number): string => labels[code] ?? 'other'
