import { createTunnelEnd, type TunnelEnd } from '@kez-chat/runtime'
import { expect, test } from 'vitest'
import { createOutbox, type Outbox, type Waiting } from './outbox.ts'

const kibibyte = 'x'.repeat(1024)

/** An outbox whose client reads only when it is told to. */
const rig = (inAll: Waiting = { bytes: 0 }) => {
  const unread: number[] = []
  let code: number | undefined
  const client: TunnelEnd = createTunnelEnd({
    publish: (frame) => end.receive(frame),
    onText: (text) => unread.push(text.length),
    onClosed: () => undefined,
  })
  const end: TunnelEnd = createTunnelEnd({
    publish: (frame) => client.receive(frame),
    onText: () => undefined,
    onCredit: () => outbox.flush(),
    onClosed: (closed) => {
      code = closed
      outbox.stop()
    },
  })
  const outbox: Outbox = createOutbox(end, inAll)
  const readAll = (): number => {
    const bytes = unread.splice(0).reduce((sum, length) => sum + length, 0)
    client.confirm(bytes)
    client.beat()
    return bytes
  }
  return { outbox, unread, readAll, code: () => code }
}

test('a client that reads gets everything in order, more than is ever under way at once', async () => {
  const { outbox, readAll } = rig()
  let read = 0
  for (let i = 0; i < 4_000; i++) {
    if (i % 100 === 0) read += readAll()
    outbox.send(kibibyte)
  }
  for (let more = 1; more > 0; read += more) more = readAll()
  expect(read).toBe(4_000 * 1024)
})

test('for a client that does not read half a MiB is sent and half a MiB waits; with more it is closed', () => {
  const { outbox, unread, code } = rig()
  for (let i = 0; i < 1_024; i++) outbox.send(kibibyte)
  expect(code()).toBeUndefined()
  expect(unread).toHaveLength(512)
  outbox.send(kibibyte)
  expect(code()).toBe(1008)
})

test('room comes when the client has read, and is refused when it is gone', async () => {
  const { outbox, readAll } = rig()
  expect(await outbox.room()).toBe(true)
  for (let i = 0; i < 600; i++) outbox.send(kibibyte)
  const order: string[] = []
  const room = outbox.room().then((is) => order.push(String(is)))
  await Promise.resolve()
  order.push('waited')
  readAll()
  await room
  expect(order).toEqual(['waited', 'true'])
  for (let i = 0; i < 600; i++) outbox.send(kibibyte)
  const refused = outbox.room()
  for (let i = 0; i < 600; i++) outbox.send(kibibyte)
  expect(await refused).toBe(false)
})

test('what waits for all clients together is bounded, and counted down again', () => {
  const inAll = { bytes: 0 }
  const [first, second] = [rig(inAll), rig(inAll)]
  for (let i = 0; i < 600; i++) first.outbox.send(kibibyte)
  expect(inAll.bytes).toBe(88 * 1024)
  inAll.bytes += 128 * 1024 * 1024
  for (let i = 0; i < 513; i++) second.outbox.send(kibibyte)
  expect(second.code()).toBe(1008)
  inAll.bytes -= 128 * 1024 * 1024
  for (let more = 1; more > 0; ) more = first.readAll()
  expect(inAll.bytes).toBe(0)
})
