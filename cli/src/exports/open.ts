import { createReadStream } from 'node:fs'
import {
  ExportError,
  type ExportReader,
  headerBytes,
  openExport,
  type Problem,
  parseHeader,
} from '@kez-chat/export-file'
import type { Call } from '../command.ts'
import { CliError, EXIT } from '../errors.ts'
import { fileError } from '../files/read-input.ts'
import { argon2 } from './argon2.ts'
import { readPassphrase } from './passphrase.ts'

const refused = (path: string, error: unknown): unknown => {
  if (!(error instanceof ExportError)) return error instanceof CliError ? error : fileError(path, 'read', error)
  const exitCode = error.code === 'wrong_passphrase' ? EXIT.refused : EXIT.usage
  return new CliError(exitCode, error.code, `${path}: ${error.message}`, { cause: error })
}

async function* bytesOf(path: string, end?: number): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, end === undefined ? {} : { end })
}

/** Says what is wrong with a file before anybody is asked for a passphrase. */
const checkHeader = async (path: string): Promise<void> => {
  const parts: Uint8Array[] = []
  for await (const part of bytesOf(path, headerBytes - 1)) parts.push(part)
  parseHeader(Buffer.concat(parts))
}

/** Opens the export file that a command names, under the passphrase that it gives. */
export const openExportFile = async (path: string, call: Call): Promise<ExportReader> => {
  try {
    await checkHeader(path)
    return await openExport(bytesOf(path), await readPassphrase(call), argon2)
  } catch (error) {
    throw refused(path, error)
  }
}

const at = (offset: number): string => `at byte ${offset}`

/** What is wrong with a file, in words. */
export const describeProblem = (problem: Problem): string => {
  switch (problem.code) {
    case 'damaged':
      return `record ${problem.index} is damaged (${at(problem.offset)})`
    case 'unreadable':
      return `record ${problem.index} opens and is no record (${at(problem.offset)})`
    case 'missing':
      return problem.from === problem.to
        ? `record ${problem.from} is missing (${at(problem.offset)})`
        : `records ${problem.from} to ${problem.to} are missing (${at(problem.offset)})`
    case 'foreign':
      return `something between two records is none (${at(problem.offset)})`
    case 'truncated':
      return `the file ends before its end (${at(problem.offset)}): it was cut off, or its end is damaged`
    case 'trailing':
      return `something stands behind the end (${at(problem.offset)})`
    case 'mismatch':
      return 'the records are not those that the end of the file names'
  }
}
