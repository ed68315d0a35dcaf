import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { untilWritable } from './until-writable.ts'

/** A writable whose other side takes one chunk each time `take` is called. */
const slow = () => {
  const waiting: (() => void)[] = []
  const stream = new Writable({ highWaterMark: 4, write: (_chunk, _encoding, done) => void waiting.push(done) })
  return { stream, take: () => waiting.shift()?.() }
}

test('a stream with room is writable at once', async () => {
  expect(await untilWritable(slow().stream, 0)).toBe(true)
})

test('a full stream is writable when the other side has read', async () => {
  const { stream, take } = slow()
  stream.write('12345678')
  const writable = untilWritable(stream, 60_000)
  take()
  expect(await writable).toBe(true)
})

test('a stream that nobody reads is given up after the time that was set', async () => {
  const { stream } = slow()
  stream.write('12345678')
  expect(await untilWritable(stream, 20)).toBe(false)
  expect([stream.listenerCount('drain'), stream.listenerCount('close')]).toEqual([0, 0])
})

test('nobody waits for a stream that is gone', async () => {
  const { stream } = slow()
  stream.write('12345678')
  const writable = untilWritable(stream, 60_000)
  stream.destroy()
  expect(await writable).toBe(true)
  expect(await untilWritable(stream, 60_000)).toBe(true)
})
