export type ExportErrorCode =
  /** It does not begin like an export. */
  | 'not_an_export'
  /** Written by a newer version of the app than this one. */
  | 'newer_version'
  /** Both copies of the header are damaged or cut off: without it nothing opens. */
  | 'header_damaged'
  /** Its key derivation is cheaper than ours, or dearer than any device should be asked for. */
  | 'refused_cost'
  | 'wrong_passphrase'
  /** A record that is to be written is no JSON object with a kind, or longer than a record may be. */
  | 'unwritable'

/** The only error this library throws. What is damaged behind the header is reported while reading, not thrown. */
export class ExportError extends Error {
  override readonly name = 'ExportError'
  readonly code: ExportErrorCode

  constructor(code: ExportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
