import type { Readable } from 'node:stream'
import { CliError, EXIT } from './errors.ts'
import { MAX_INPUT_BYTES } from './files/read-input.ts'

/** Reads a stream to its end, or gives up once it is too long. */
export const readAll = async (stream: Readable): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MAX_INPUT_BYTES)
      throw new CliError(EXIT.usage, 'too_large', `standard input is longer than ${MAX_INPUT_BYTES} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

type Terminal = {
  setRawMode(raw: boolean): unknown
  pause(): unknown
  resume(): unknown
  on(event: 'data', listener: (data: Buffer) => void): unknown
  off(event: 'data', listener: (data: Buffer) => void): unknown
}

/** Reads one line from a terminal without showing it. */
export const readHiddenLine = (terminal: Terminal, prompt: (text: string) => void): Promise<string> =>
  new Promise((resolve, reject) => {
    prompt('Secret (it is not shown): ')
    let line = ''
    const finish = (settle: () => void): void => {
      terminal.off('data', onData)
      terminal.setRawMode(false)
      terminal.pause()
      prompt('\n')
      settle()
    }
    const onLetter = (letter: string): boolean => {
      if (letter === '\r' || letter === '\n' || letter === '\u0004') finish(() => resolve(line))
      else if (letter === '\u0003') finish(() => reject(new CliError(EXIT.usage, 'cancelled', 'cancelled')))
      else {
        line = letter === '\u007f' || letter === '\b' ? line.slice(0, -1) : line + letter
        return true
      }
      return false
    }
    const onData = (data: Buffer): void => {
      for (const letter of data.toString('utf8')) if (!onLetter(letter)) return
    }
    terminal.setRawMode(true)
    terminal.on('data', onData)
    terminal.resume()
  })
