import { ApiError } from './errors.ts'

/** Less than this, in milliseconds, is the network's delay and the header's whole seconds, not a wrong clock. */
const tolerance = 30_000

/** The two clocks of a device: the one on the wall, and the one that nobody sets. Milliseconds. */
export type DeviceClock = { wall(): number; steady(): number }

/** What time it is, as far as a server's answers tell. */
export type ServerClock = {
  /** Unix milliseconds: the device's time, corrected by what the server said where the two are far apart. */
  now(): number
  /** Takes the `Date` header of an answer that has just come; anything else is ignored. */
  heard(date: string | null): void
}

const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

const far = (distance: number): boolean => Math.abs(distance) > tolerance

/**
 * Follows a server's time by its answers. Between two answers the device's clock may be set, which the steady clock
 * shows, or the device may have slept, which stops some steady clocks.
 */
export const createServerClock = (
  onSkew: (skew: number) => void = () => undefined,
  device: DeviceClock = { wall: () => Date.now(), steady: () => performance.now() },
): ServerClock => {
  let last: { readonly server: number; readonly wall: number; readonly steady: number } | undefined
  let told = 0

  const now = (): number => {
    const wall = device.wall()
    if (!last || !far(last.wall - last.server)) return wall
    const passed = last.server + device.steady() - last.steady
    // The clock was set right since.
    if (!far(wall - passed)) return wall
    const moved = wall - last.wall
    return moved < 0 ? passed : last.server + moved
  }

  const tell = (): void => {
    const skew = last ? last.wall - last.server : 0
    const next = far(skew) ? skew : 0
    // A second more or less is no news.
    if (next === told || (next !== 0 && told !== 0 && !far(next - told))) return
    told = next
    onSkew(next)
  }

  return {
    now,
    heard: (date) => {
      if (date === null || !httpDate.test(date)) return
      // The header tells whole seconds: on average half of one has passed.
      last = { server: Date.parse(date) + 500, wall: device.wall(), steady: device.steady() }
      tell()
    },
  }
}

/** Whether a server has refused what was signed for `signedAt`, and it is known by now that this was not the time there. */
export const wasMisdated = (error: unknown, signedAt: number, clock: Pick<ServerClock, 'now'>): boolean =>
  error instanceof ApiError && error.code === 'stale_auth' && far(clock.now() - signedAt)
