import { ApiError, type Client } from '@kez-chat/client'
import { createEvent, randomBytes, type SigchainEvent, validateChain } from '@kez-chat/identity'
import { messagingKeyFromSeed } from '@kez-chat/messaging'
import { describe, expect, it } from 'vitest'
import { freshStore } from '../../test/store.ts'
import { keepEvents, readEvents } from '../storage/own-events.ts'
import { tellHistory } from './tell-history.ts'

const key = messagingKeyFromSeed(randomBytes(32))

/** A history of claims, each signed upon the one before. */
const history = (...subjects: string[]): SigchainEvent[] => {
  const events: SigchainEvent[] = []
  for (const [i, subject] of subjects.entries())
    events.push(createEvent(validateChain(events, key.primary), { op: 'add', subject }, 1_000 * i, key).envelope)
  return events
}

/** What a home server has, and what it is told. */
const server = (events: SigchainEvent[] = []) => {
  const told: { proofs?: readonly string[] } = {}
  const client = {
    sigchainHead: async () => {
      if (events.length > 0) return { length: events.length }
      throw new ApiError('not_found', 404, 'no such chain')
    },
    appendSigchain: async (event: SigchainEvent) => void events.push(event),
    setProofs: async (_owner: unknown, proofs: readonly string[]) => {
      told.proofs = proofs
    },
  }
  return { events, told, client: client as unknown as Client }
}

const tell = async (brought: readonly unknown[], at: ReturnType<typeof server>) => {
  const store = await freshStore()
  await keepEvents(store, brought)
  const account = { handle: 'alice', server: 'other.test' }
  const { signal } = new AbortController()
  await tellHistory({ store, key, account, client: at.client, signal }).catch(() => undefined)
  return readEvents(store)
}

describe('the own history that an import has brought', () => {
  const events = history('github:alice', 'dns:example.org', 'web:example.org')

  it('is told to a home server that has none of it, with the proofs that it names, and then forgotten here', async () => {
    const at = server()
    expect(await tell(events.toReversed(), at)).toEqual([])
    expect(at.events).toEqual(events)
    expect(at.told.proofs).toEqual(['github:alice', 'dns:example.org', 'web:example.org'])
  })

  it('is told from where the server’s own ends, and leaves its list of proofs alone', async () => {
    const at = server(events.slice(0, 1))
    expect(await tell(events, at)).toEqual([])
    expect(at.events).toEqual(events)
    expect(at.told.proofs).toBeUndefined()
  })

  it('is told as far as it is whole when one event was damaged on the way', async () => {
    const at = server()
    await tell([events[0], events[2]], at)
    expect(at.events).toEqual(events.slice(0, 1))
  })

  it('stays here while the server is not reached', async () => {
    const at = server()
    at.client.appendSigchain = async () => {
      throw new TypeError('no network')
    }
    expect(await tell(events, at)).toEqual(events)
  })
})
