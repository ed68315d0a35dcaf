export type StorageErrorCode =
  /** IndexedDB cannot be opened: blocked by settings, private mode, a full disk. */
  | 'unavailable'
  /** The stored data was written by a newer version of the app. */
  | 'newer_version'
  /** There is no space left. Nothing of what was to be written is; what was there before still is. */
  | 'full'
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

const nameOf = (error: unknown): string => (error instanceof Error || error instanceof DOMException ? error.name : '')

/** Whether something was not written since there is no space left. */
export const isFull = (error: unknown): boolean =>
  (error instanceof StorageError && error.code === 'full') || nameOf(error) === 'QuotaExceededError'

/** What an error of IndexedDB means. What is stored is not to blame for any of them. */
export const storageFault = (cause: unknown): StorageError => {
  if (cause instanceof StorageError) return cause
  if (isFull(cause)) return new StorageError('full', 'there is no space left on this device', { cause })
  return nameOf(cause) === 'VersionError'
    ? new StorageError('newer_version', 'the stored data was written by a newer version of the app', { cause })
    : new StorageError('unavailable', 'this browser does not let the app store anything', { cause })
}
