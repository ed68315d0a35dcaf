import { connect } from 'node:net'

/** A raw HTTP client of an event stream that reads nothing until it is told to. */
export const openSlowReader = async (
  baseUrl: string,
  path: string,
  auth: string,
  { read = false }: { read?: boolean } = {},
) => {
  const { hostname, port, host } = new URL(baseUrl)
  const socket = connect({ host: hostname, port: Number(port) })
  let text = ''
  let ended = false
  socket.setEncoding('utf8')
  socket.on('end', () => {
    ended = true
  })
  socket.on('error', () => {
    ended = true
  })
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nx-kez-auth: ${auth}\r\n\r\n`)
  const head = await new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk))))
  text += head
  socket.pause()
  socket.on('data', (chunk) => {
    text += String(chunk)
  })
  if (read) socket.resume()
  else socket.pause()

  /** Sequences of the messages so far; chunk lines of the transfer encoding may stand between any two characters. */
  const seqs = (): number[] =>
    [...text.replace(/\r\n[0-9a-f]+\r\n/g, '').matchAll(/id: (\d+)\nevent: message/g)].map((match) => Number(match[1]))

  return {
    text: () => text.replace(/\r\n[0-9a-f]+\r\n/g, '').replace(/\r\n0?(\r\n)*$/, ''),
    ended: () => ended,
    readUntil: async (last: number, within: number): Promise<number[]> => {
      socket.resume()
      for (const until = Date.now() + within; Date.now() < until; ) {
        if (seqs().at(-1) === last) break
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return seqs()
    },
    close: () => socket.destroy(),
  }
}
