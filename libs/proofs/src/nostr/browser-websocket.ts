import { MAX_MESSAGE, type OpenSocket } from './open-socket.ts'

/** The browser's WebSocket; it hands over whole messages, so a too long one is dropped with its connection. */
export const openSocket: OpenSocket = (url, { opened, received, closed }) => {
  const socket = new WebSocket(url)
  socket.addEventListener('open', opened)
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string') return
    if (data.length <= MAX_MESSAGE) received(data)
    else socket.close()
  })
  socket.addEventListener('close', closed)
  return { send: (text) => socket.send(text), close: () => socket.close() }
}
