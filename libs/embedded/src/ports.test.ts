import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { EmbeddedError } from './errors.ts'
import { freePort, withPorts } from './ports.ts'

const listeners = new Set<ReturnType<typeof createServer>>()
const occupy = (port: number) =>
  new Promise<void>((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', resolve)
    listeners.add(server)
  })

afterEach(() => {
  for (const server of listeners) server.close()
  listeners.clear()
})

test('the preferred port is taken when it is free', async () => {
  const port = await freePort()
  expect(await freePort(port)).toBe(port)
})

test('another port is taken when the preferred one is busy', async () => {
  const port = await freePort()
  await occupy(port)
  expect(await freePort(port)).not.toBe(port)
})

test('a start that loses its port to somebody else is tried again with another', async () => {
  const tried: number[] = []
  const port = await freePort()
  const got = await withPorts({ client: port, other: port }, async (ports) => {
    expect(ports.client).not.toBe(ports.other)
    tried.push(ports.client)
    if (tried.length > 1) return ports.client
    await occupy(ports.client)
    throw new EmbeddedError('port_in_use', 'taken')
  })
  expect(tried).toEqual([port, got])
  expect(got).not.toBe(port)
})

test('those who ask at the same time are offered different ports', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()))
  expect(new Set(ports).size).toBe(50)
})
