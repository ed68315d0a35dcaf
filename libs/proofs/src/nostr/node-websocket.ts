import { WebSocket } from 'ws'
import { MAX_MESSAGE, type OpenSocket } from './open-socket.ts'

/** A WebSocket that refuses messages that are too long before they are held in memory. */
export const openSocket: OpenSocket = (url, { opened, received, closed }) => {
  const socket = new WebSocket(url, { maxPayload: MAX_MESSAGE, perMessageDeflate: false, followRedirects: false })
  socket.on('open', opened)
  socket.on('message', (data, binary) => {
    if (!binary) received(data.toString())
  })
  // A close follows every error.
  socket.on('error', () => undefined)
  socket.on('close', closed)
  return { send: (text) => socket.send(text), close: () => socket.terminate() }
}
