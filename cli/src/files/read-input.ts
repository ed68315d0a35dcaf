import { open } from 'node:fs/promises'
import { CliError, EXIT } from '../errors.ts'

/** Longest document read from a file or from standard input. */
export const MAX_INPUT_BYTES = 4 * 1024 * 1024

const why = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read or written by you'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EEXIST') return 'it exists already'
  if (code === 'ENOSPC') return 'the disk is full'
  return error instanceof Error ? error.message : String(error)
}

/** What went wrong with a file, in words, with its name and never its content. */
export const fileError = (path: string, doing: 'read' | 'written', cause: unknown): CliError =>
  new CliError(EXIT.files, `file_not_${doing}`, `${path} cannot be ${doing}: ${why(cause)}`, { cause })

export type InputFile = { readonly text: string; readonly mode: number }

const readBounded = async (path: string, maxBytes: number): Promise<InputFile> => {
  const file = await open(path, 'r')
  try {
    const { mode } = await file.stat()
    const buffer = Buffer.alloc(maxBytes + 1)
    let length = 0
    for (let end = false; !end && length <= maxBytes; ) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length)
      length += bytesRead
      end = bytesRead === 0
    }
    if (length > maxBytes) throw new CliError(EXIT.usage, 'too_large', `${path} is longer than ${maxBytes} bytes`)
    return { text: buffer.toString('utf8', 0, length), mode: mode & 0o777 }
  } finally {
    await file.close()
  }
}

/** A whole file of at most `maxBytes`, with its permission bits. */
export const readInputFile = async (path: string, maxBytes = MAX_INPUT_BYTES): Promise<InputFile> => {
  try {
    return await readBounded(path, maxBytes)
  } catch (error) {
    throw error instanceof CliError ? error : fileError(path, 'read', error)
  }
}

/** A document named on the command line: a path, or `-` for standard input. */
export const readInput = async (path: string, readStdin: () => Promise<string>): Promise<string> =>
  path === '-' ? readStdin() : (await readInputFile(path)).text
