import { expect, it } from 'vitest'
import { createGate, sentAtOnce } from './gate.ts'

const fill = (gate: ReturnType<typeof createGate>, origin: string): number => {
  let entered = 0
  for (; gate.free(origin) > 0; entered++) gate.enter(origin)
  return entered
}

it('sends 32 at once, and leaves room beside the busiest push service', () => {
  const gate = createGate()
  expect(fill(gate, 'a')).toBe(24)
  expect(fill(gate, 'b')).toBe(8)
  expect(fill(gate, 'c')).toBe(0)
  expect(gate.underWay).toBe(sentAtOnce)
})

it('a push service that stalls loses room, and regains it when it answers', () => {
  const gate = createGate()
  for (let i = 0; i < 8; i++) {
    gate.enter('a')
    gate.leave('a', 'badly')
  }
  expect(gate.free('a')).toBe(1)
  for (let i = 0; i < 30; i++) {
    gate.enter('a')
    gate.leave('a', 'well')
  }
  expect(gate.free('a')).toBe(24)
})

it('however many stall, half of the room is for those that answer', () => {
  const gate = createGate()
  for (let i = 0; i < 100; i++) {
    gate.enter(`stalled-${i}`)
    gate.leave(`stalled-${i}`, 'badly')
  }
  for (let i = 0; i < 100; i++) fill(gate, `stalled-${i}`)
  expect(gate.underWay).toBe(16)
  expect(gate.free('healthy')).toBe(16)
})
