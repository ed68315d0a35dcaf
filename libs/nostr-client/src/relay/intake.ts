import type { Timing } from '../timing.ts'

/** What one relay may send us; units a second and how much at once. */
export interface IntakeLimits {
  readonly framesPerSecond: number
  readonly frameBurst: number
  readonly unitsPerSecond: number
  readonly unitBurst: number
  /** Frames that are no nostr, or carry false signatures, until the relay is cut off; one is forgiven every 10 s. */
  readonly junk: number
}

export const defaultIntake: IntakeLimits = {
  framesPerSecond: 200,
  frameBurst: 2_000,
  unitsPerSecond: 2 * 1024 * 1024,
  unitBurst: 32 * 1024 * 1024,
  junk: 20,
}

const bucket = (timing: Timing, perSecond: number, burst: number) => {
  let level = burst
  let last = timing.now()
  const refill = (): void => {
    const now = timing.now()
    level = Math.max(level, Math.min(burst, level + (Math.max(0, now - last) / 1000) * perSecond))
    last = now
  }
  return {
    /** False when there was not enough. */
    take: (count: number): boolean => {
      refill()
      level -= count
      return level >= 0
    },
    /** Room for something that we ask for ourselves, beyond the burst. */
    grant: (count: number): void => {
      level += count
    },
  }
}

/**
 * Counts what a relay sends. A single oversized or foreign event is no reason to leave a relay, since anybody can store
 * one there; a flood or a stream of lies is the relay's own doing.
 */
export const createIntake = (timing: Timing, limits: IntakeLimits) => {
  const frames = bucket(timing, limits.framesPerSecond, limits.frameBurst)
  const units = bucket(timing, limits.unitsPerSecond, limits.unitBurst)
  const junk = bucket(timing, 0.1, limits.junk)
  return {
    /** False when the relay floods. */
    frame: (length: number): boolean => frames.take(1) && units.take(length),
    /** False when the relay has sent too much that is worth nothing. */
    junk: (): boolean => junk.take(1),
    /** A request of ours allows `events` more. */
    asked: (events: number): void => frames.grant(events),
  }
}
