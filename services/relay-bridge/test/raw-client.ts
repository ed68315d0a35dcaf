import { WebSocket } from 'ws'

type Message = unknown[]

/** A WebSocket to a relay without any manners: it sends what it is told, and reads only while it is told to. */
export const openRaw = async (url: string, options: { read?: boolean; address?: string } = {}) => {
  // A server that trusts this machine's proxies takes the client to be at `address`.
  const headers = options.address === undefined ? {} : { 'x-forwarded-for': options.address }
  const socket = new WebSocket(url, { perMessageDeflate: false, headers })
  const messages: Message[] = []
  let ended: { code: number; reason: string } | undefined
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  socket.on('close', (code, reason) => {
    ended = { code, reason: String(reason) }
  })
  socket.on('error', () => undefined)
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  if (options.read === false) socket.pause()

  const until = async <T>(find: () => T | undefined, what: string): Promise<T> => {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
      const found = find()
      if (found !== undefined) return found
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error(`${what} did not come; there were ${JSON.stringify(messages).slice(0, 500)}`)
  }
  /** The next message of a type, taken out. */
  const next = (type: string): Promise<Message> =>
    until(() => {
      const at = messages.findIndex(([first]) => first === type)
      return at < 0 ? undefined : messages.splice(at, 1)[0]
    }, type)

  return {
    socket,
    messages,
    next,
    challenge: async (): Promise<string> => String((await next('AUTH'))[1]),
    send: (...message: Message): void => socket.send(JSON.stringify(message)),
    sendText: (text: string | Uint8Array): void => socket.send(text),
    resume: (): void => socket.resume(),
    closed: (): Promise<{ code: number; reason: string }> => until(() => ended, 'the end'),
    close: (): void => socket.terminate(),
  }
}
