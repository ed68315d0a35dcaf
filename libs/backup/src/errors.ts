/** Stable codes; docs/operations.md says what each means and what to do. */
export type BackupErrorCode =
  | 'not_a_backup'
  | 'backup_incomplete'
  | 'backup_damaged'
  | 'backup_newer'
  | 'passphrase_wrong'
  | 'other_server'
  | 'target_not_empty'
  | 'log_missing'
  | 'database_unsupported'
  | 'source_unavailable'
  | 'target_refused'
  | 'not_the_same'
  | 'file_not_written'

/** A backup was not taken, not opened or not put back; `code` is stable, the message is for people and holds no secret. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
  readonly code: BackupErrorCode

  constructor(code: BackupErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options)
    this.code = code
  }
}

export const damaged = (what: string, cause?: unknown): BackupError =>
  new BackupError('backup_damaged', `${what}; nothing of this backup was used`, { cause })
