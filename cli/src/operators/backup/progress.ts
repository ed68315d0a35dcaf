import type { Session } from '../../session.ts'

const everyMs = 5_000

/** A line for each part as it begins, and one now and then while it takes long. */
export const createProgress = ({ note }: Session, doing: string) => {
  let last = ''
  let saidAt = 0
  return (what: string, done: number, of: number): void => {
    const now = performance.now()
    if (what === last && now - saidAt < everyMs) return
    note(what === last ? `  ${what}: ${done} of ${of} messages` : `  ${doing} ${what} …`)
    last = what
    saidAt = now
  }
}
