export type StorageErrorCode =
  /** IndexedDB cannot be opened: blocked by settings, private mode, a full disk. */
  | 'unavailable'
  /** The stored data was written by a newer version of the app. */
  | 'newer_version'
  /** A record does not open with the key of this device, or is not what it should be. */
  | 'damaged'

export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly code: StorageErrorCode

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
