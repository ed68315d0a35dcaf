import type { Bigint, Instant } from '../projection/tables.ts'

/** The read model of `CHAINS`, in a schema of its own, so that either can be rebuilt without the other. */
export type ChainTables = {
  chains: {
    primary_id: string
    length: number
    bytes: number
    hash: string
    status: string
    rotated_to: string | null
    appended_at: Instant
    seq: Bigint
  }
}
