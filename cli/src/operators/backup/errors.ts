import type { BackupErrorCode } from '@kez-chat/backup'
import { CliError, EXIT, type ExitCode } from '../../errors.ts'

const exitCodes: Readonly<Record<BackupErrorCode, ExitCode>> = {
  not_a_backup: EXIT.files,
  backup_incomplete: EXIT.files,
  backup_damaged: EXIT.files,
  file_not_written: EXIT.files,
  backup_newer: EXIT.refused,
  passphrase_wrong: EXIT.refused,
  other_server: EXIT.refused,
  target_not_empty: EXIT.refused,
  log_missing: EXIT.refused,
  not_the_same: EXIT.refused,
  database_unsupported: EXIT.refused,
  source_unavailable: EXIT.network,
  target_refused: EXIT.network,
}

const hints: Partial<Record<BackupErrorCode, string>> = {
  backup_incomplete:
    'Name the folder of one backup, like backups/2026-11-28T03-00-00Z, and take the one before it if this was cut off.',
  backup_damaged: 'Take another copy of it, or an older backup.',
  backup_newer: 'Use at least the version of kez-chat that took it.',
  other_server: 'A domain cannot change: it is signed into every registration.',
  log_missing: 'If the streams were lost, docs/operations.md says how to get them back.',
}

/** What went wrong with a backup, as the command line ends with it. */
export const backupError = (error: unknown): unknown => {
  if (!(error instanceof Error && error.name === 'BackupError' && 'code' in error)) return error
  const code = error.code as BackupErrorCode
  const hint = hints[code]
  return new CliError(exitCodes[code], code, error.message, { cause: error, ...(hint === undefined ? {} : { hint }) })
}
