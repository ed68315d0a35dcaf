import type { Writable } from 'node:stream'

/** Waits until the other side has read what was written. False when it has not within `timeout` ms; true also when it is gone. */
export const untilWritable = (stream: Writable, timeout: number): Promise<boolean> => {
  if (!stream.writableNeedDrain || stream.destroyed) return Promise.resolve(true)
  return new Promise((resolve) => {
    const done = (inTime: boolean): void => {
      clearTimeout(timer)
      stream.off('drain', drained)
      stream.off('close', drained)
      resolve(inTime)
    }
    const drained = (): void => done(true)
    const timer = setTimeout(() => done(false), timeout)
    stream.once('drain', drained)
    stream.once('close', drained)
  })
}
