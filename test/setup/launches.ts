import { expect } from 'vitest'
import { type Launcher, launch, makePlace, type Place } from './launcher.ts'

/** A place, and whatever one test launches in it. */
export const makeLaunches = async () => {
  const place: Place = await makePlace()
  const launchers: Launcher[] = []
  return {
    place,
    start: (...args: string[]): Launcher => {
      const launcher = launch(place, args)
      launchers.push(launcher)
      return launcher
    },
    /** As its owner does it, who expects no complaint. */
    stop: async (launcher: Launcher): Promise<void> => {
      launcher.process.kill('SIGTERM')
      expect(await launcher.exitCode()).toBe(0)
    },
    /** Ends all that still runs, and leaves nothing. */
    end: async (): Promise<void> => {
      for (const { process } of launchers) process.kill('SIGTERM')
      for (const launcher of launchers) await launcher.exitCode()
      place.remove()
    },
  }
}

export type Launches = Awaited<ReturnType<typeof makeLaunches>>
