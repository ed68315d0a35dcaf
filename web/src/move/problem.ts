import { ExportError } from '@kez-chat/export-file'
import { isFull, StorageError } from '../storage/errors.ts'
import { VaultError } from '../vault/errors.ts'

/** Why something did not work, as the person is told it. */
export type Problem =
  | 'not_an_export'
  | 'newer_version'
  | 'header_damaged'
  | 'refused_cost'
  | 'wrong_passphrase'
  | 'no_keys'
  | 'busy'
  | 'unreadable'
  | 'unwritable'
  | 'full'
  | 'kdf'
  | 'failed'

/** What was to be written into the file did not get there. */
export class SinkError extends Error {
  override readonly name = 'SinkError'
}

export const problemOf = (error: unknown): Problem => {
  if (error instanceof ExportError) return error.code === 'unwritable' ? 'failed' : error.code
  if (error instanceof VaultError) return error.code === 'kdf_failed' ? 'kdf' : 'failed'
  if (error instanceof SinkError) return 'unwritable'
  if (isFull(error)) return 'full'
  if (error instanceof StorageError) return error.code === 'unavailable' ? 'busy' : 'failed'
  // A file that was moved or changed since it was chosen.
  if (error instanceof DOMException && /^Not(Readable|Found)Error$/.test(error.name)) return 'unreadable'
  return 'failed'
}
