export type VaultErrorCode =
  /** The record is not a vault, or not one of a version this app knows. */
  | 'malformed'
  /** Its key derivation is cheaper than ours, or dearer than any device should be asked for. */
  | 'refused_cost'
  | 'wrong_passphrase'
  /** The key derivation itself failed: no memory, no WebAssembly. */
  | 'kdf_failed'

export class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: VaultErrorCode

  constructor(code: VaultErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
