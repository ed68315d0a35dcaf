import { decodeRelayFrame, encodeRelayFrame } from '@kez-chat/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTunnelEnd, type TunnelEnd } from './end.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Two ends joined by wires that a test can cut. */
const pair = () => {
  const got = { a: [] as string[], b: [] as string[] }
  const closed: string[] = []
  const lost = { next: false }
  const deliver = (to: () => TunnelEnd) => (frame: Uint8Array) => {
    if (lost.next) lost.next = false
    else to().receive(frame)
  }
  const a: TunnelEnd = createTunnelEnd({
    publish: deliver(() => b),
    onText: (text) => got.a.push(new TextDecoder().decode(text)),
    onClosed: (code) => closed.push(`a ${code}`),
  })
  const b: TunnelEnd = createTunnelEnd({
    publish: deliver(() => a),
    onText: (text) => got.b.push(new TextDecoder().decode(text)),
    onClosed: (code) => closed.push(`b ${code}`),
  })
  return { a, b, got, closed, lost }
}

test('texts arrive in order on both ways', () => {
  const { a, b, got } = pair()
  for (const text of ['1', '2', '3']) a.send(bytes(text))
  b.send(bytes('x'))
  expect(got).toEqual({ a: ['x'], b: ['1', '2', '3'] })
})

test('a lost text ends the session at the next frame instead of going unnoticed', () => {
  for (const follow of ['text', 'beat'] as const) {
    const { a, got, closed, lost } = pair()
    a.send(bytes('1'))
    lost.next = true
    a.send(bytes('2'))
    if (follow === 'text') a.send(bytes('3'))
    else a.beat()
    expect(got.b).toEqual(['1'])
    expect(closed.sort()).toEqual(['a 1013', 'b 1013'])
  }
})

test('what the other end has dealt with is confirmed, at the latest with a beat', () => {
  const { a, b } = pair()
  a.send(bytes('12345'))
  expect(a.unconfirmed).toBe(5)
  b.confirm(5)
  b.beat()
  expect(a.unconfirmed).toBe(0)
  a.send(new Uint8Array(20_000))
  b.confirm(20_000)
  expect(a.unconfirmed).toBe(0)
})

test('closing tells the other end once, and nothing is said after it', () => {
  const { a, b, got, closed } = pair()
  a.close(1008, 'enough')
  a.close(1001, 'again')
  b.send(bytes('late'))
  expect(closed).toEqual(['b 1008', 'a 1008'])
  expect(got.a).toEqual([])
})

test('no bytes whatever break the reader of frames', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (junk) => {
      const frame = decodeRelayFrame(junk)
      if (frame?.type === 'text' || frame?.type === 'beat') expect(encodeRelayFrame(frame)).toEqual(junk)
    }),
  )
})
