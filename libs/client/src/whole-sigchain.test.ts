import { maxChainEvents } from '@kez-chat/contracts'
import { signingKeyFromSeed } from '@kez-chat/identity'
import { expect, test } from 'vitest'
import type { Client } from './client.ts'
import { UnexpectedResponse } from './errors.ts'
import { readWholeSigchain } from './whole-sigchain.ts'

const { primary } = signingKeyFromSeed(new Uint8Array(32).fill(7))

type Page = Awaited<ReturnType<Client['readSigchain']>>

const serving = (answer: (from: number) => Pick<Page, 'events' | 'next'>) => {
  const asked: number[] = []
  const readSigchain: Client['readSigchain'] = async (_, { from = 0 } = {}) => {
    asked.push(from)
    const head = { primary, seq: 0, hash: '', length: 1, appended_at: '', status: 'active' as const }
    return { head, ...answer(from) }
  }
  return { asked, client: { readSigchain } }
}

test('a chain of several pages is read from its first event to its last', async () => {
  const { asked, client } = serving((from) => ({
    events: [{ n: from }, { n: from + 1 }],
    next: from < 4 ? from + 2 : null,
  }))
  expect(await readWholeSigchain(client, primary)).toEqual([0, 1, 2, 3, 4, 5].map((n) => ({ n })))
  expect(asked).toEqual([0, 2, 4])
})

test('a server that does not move on is asked no more', async () => {
  const { asked, client } = serving(() => ({ events: [{}], next: 0 }))
  expect(await readWholeSigchain(client, primary)).toHaveLength(1)
  expect(asked).toEqual([0])
})

test('a chain without an end is refused', async () => {
  const { asked, client } = serving((from) => ({ events: Array.from({ length: 400 }, () => ({})), next: from + 400 }))
  await expect(readWholeSigchain(client, primary)).rejects.toBeInstanceOf(UnexpectedResponse)
  expect(asked.length).toBeLessThanOrEqual(maxChainEvents / 400 + 1)
})
