import { StorageError } from '../storage/errors.ts'

const name = 'kez-chat-alone'
/** Whoever holds these still reads or writes: sessions that are ending let go of them. */
const others = ['kez-chat-leader', 'kez-chat-index']
const patience = 20_000

/** Whether a tab has the storage to itself. */
export const isTaken = (): Promise<boolean> =>
  navigator.locks.request(name, { mode: 'shared', ifAvailable: true }, async (lock) => lock === null)

/** Resolves when no tab has the storage to itself any more. */
export const untilFree = async (): Promise<void> => {
  await navigator.locks.request(name, { mode: 'shared' }, async () => undefined)
}

const within = <T>(lock: string, work: () => Promise<T>): Promise<T> =>
  navigator.locks.request(lock, { signal: AbortSignal.timeout(patience) }, work).catch((cause: unknown) => {
    const late = cause instanceof DOMException && cause.name === 'TimeoutError'
    throw late ? new StorageError('unavailable', 'another tab does not let go of the storage', { cause }) : cause
  })

/** Runs `quiet` once this tab alone may go on, and `work` once every session that it has ended has let go. */
export const alone = <T>(quiet: () => Promise<void>, work: () => Promise<T>): Promise<T> =>
  within(name, async () => {
    await quiet()
    return others.reduceRight((next, lock) => () => within(lock, next), work)()
  })
