import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs'

const maxBytes = 10 * 1024 * 1024
const kept = 3

/** Opens a log file for a child to append to, only for its owner to read; an over-long one is moved aside first. */
export const openLogFile = (path: string): number => {
  rotateLogFile(path)
  return openSync(path, 'a', 0o600)
}

/**
 * Keeps a log file below about 10 MiB and three old ones (`.1` newest). The child holds the file open for append, so
 * it is copied and cut short in place; lines written between the two are lost.
 */
export const rotateLogFile = (path: string, limit = maxBytes): void => {
  if (!existsSync(path) || statSync(path).size < limit) return
  for (let i = kept - 1; i >= 1; i--) if (existsSync(`${path}.${i}`)) renameSync(`${path}.${i}`, `${path}.${i + 1}`)
  copyFileSync(path, `${path}.1`)
  truncateSync(path)
}

/** The last lines of a log file, for a message that says why a child died; empty when there is nothing. */
export const logTail = (path: string, lines = 12): string => {
  if (!existsSync(path)) return ''
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    const bytes = Buffer.alloc(Math.min(size, 16 * 1024))
    readSync(file, bytes, 0, bytes.length, size - bytes.length)
    return bytes.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } finally {
    closeSync(file)
  }
}
