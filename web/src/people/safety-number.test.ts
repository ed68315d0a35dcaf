import { signingKeyFromSeed } from '@kez-chat/identity'
import { expect, it } from 'vitest'
import { safetyNumber } from './safety-number.ts'

const [alice, bob, mallory] = [1, 2, 3].map((n) => signingKeyFromSeed(new Uint8Array(32).fill(n)).primary)

it('a safety number is the same on both sides, and another with anybody in between', () => {
  if (!alice || !bob || !mallory) throw new Error('three keys')
  const number = safetyNumber(alice, bob)
  expect(number).toEqual(['41289', '71480', '27221', '70876', '47255', '81190'])
  expect(safetyNumber(bob, alice)).toEqual(number)
  expect(safetyNumber(alice, mallory)).not.toEqual(number)
})
