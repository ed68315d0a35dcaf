import type { ColumnType } from 'kysely'

export type Bigint = ColumnType<string, number, number>
export type Instant = ColumnType<Date, string, string>

/** The read model: for administration, and as the second copy from which a lost log is restored. */
export type Tables = {
  handles: {
    handle: string
    primary_id: string
    server: string
    registered_at: Instant
    /** The signed registration. */
    registration: ColumnType<unknown, string, string>
    /** `active`, or how the identity behind it ended. */
    status: ColumnType<string, string | undefined, string>
    seq: Bigint
  }
  /** The subjects each person claims now, in their order. */
  proofs: { handle: string; position: number; subject: string; set_at: Instant; seq: Bigint }
  /** Codes that were issued, and who registered by which. */
  invites: {
    id: string
    issued_by: string
    uses: number
    issued_at: Instant
    expires_at: Instant
    revoked_at: ColumnType<Date | null, undefined, string>
    seq: Bigint
  }
  invite_uses: { invite: string; handle: string; used_at: Instant; seq: Bigint }
  primaries: { primary_id: string; handle: string; bound_at: Instant; seq: Bigint }
  /** The transport key of each person as of now. */
  transports: { handle: string; primary_id: string; nostr: string; proof: string; bound_at: Instant; seq: Bigint }
}
