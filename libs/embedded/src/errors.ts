/** What can go wrong while servers are fetched, started or kept; the code is stable, the message is for people. */
export type EmbeddedErrorCode =
  | 'nats_server_unavailable'
  | 'nats_server_too_old'
  | 'download_failed'
  | 'checksum_mismatch'
  | 'postgres_unavailable'
  | 'child_failed'
  | 'port_in_use'
  | 'data_folder_in_use'
  | 'data_folder_invalid'
  | 'data_folder_newer'
  | 'domain_fixed'

/** The one error type of this library. */
export class EmbeddedError extends Error {
  readonly code: EmbeddedErrorCode

  constructor(code: EmbeddedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EmbeddedError'
    this.code = code
  }
}
