import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { rotateLogFile } from '@kez-chat/embedded'

const rotateEveryMs = 60_000
const warn = 40

/**
 * Where the services write their log: a file in the data folder, and what is a warning or worse also in words to the
 * terminal.
 */
export const openServiceLog = (folder: string, say: (line: string) => void) => {
  const path = join(folder, 'logs', 'services.log')
  rotateLogFile(path)
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 })
  file.on('error', (error) => say(`The log ${path} cannot be written: ${error.message}`))
  const rotation = setInterval(() => rotateLogFile(path), rotateEveryMs)
  rotation.unref()
  return {
    write: (line: string) => {
      file.write(line)
      if (Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 0) >= warn) say(inWords(line))
    },
    close: () => {
      clearInterval(rotation)
      return new Promise<void>((resolve) => {
        file.end(resolve)
      })
    },
  }
}

const inWords = (line: string): string => {
  const { service, msg, error, err }: Record<string, unknown> = JSON.parse(line)
  const cause = typeof error === 'string' ? error : messageOf(err)
  return `  ${String(service)}: ${String(msg)}${cause ? ` (${cause})` : ''}`
}

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : ''
