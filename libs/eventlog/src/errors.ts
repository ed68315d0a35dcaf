/** The log cannot be reached right now. For an append the outcome is unknown: load again before deciding again. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable'
}

/** Somebody else wrote to a subject first: nothing was appended. Load again and decide again. */
export class AppendConflict extends Error {
  override readonly name = 'AppendConflict'
}

/** An event cannot be stored: it is too large, or holds what JSON in Postgres cannot keep. Nothing was appended. */
export class EventNotStorable extends Error {
  override readonly name = 'EventNotStorable'
}

/**
 * An event in the log that a reader does not understand or cannot apply. Readers stop at it; it is never skipped. The
 * message names it by its sequence: subjects may hold what must not appear in logs.
 */
export class PoisonEvent extends Error {
  override readonly name = 'PoisonEvent'
}

/** A stream or bucket exists with another configuration than this version needs. It is never changed by a service. */
export class StreamDrift extends Error {
  override readonly name = 'StreamDrift'
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
