import { TransportError } from '../../src/index.ts'
import type { Plant, PlantContext } from '../plant.ts'
import { frameOf, type Tap } from '../wire.ts'

const OK_MS = 15_000

/** What this connection has sent and not heard of, oldest first. */
const watchPublished = () => {
  const waiting: string[] = []
  return {
    waiting,
    out: (text: string): string[] => {
      const [type, event] = frameOf(text)
      if (type === 'EVENT' && typeof event === 'object' && event && 'id' in event) waiting.push(String(event.id))
      return [text]
    },
  }
}

const noticeAsOk = (): Tap => {
  const { waiting, out } = watchPublished()
  return {
    out,
    in: (text) => {
      const [type] = frameOf(text)
      const id = type === 'NOTICE' ? waiting.at(-1) : undefined
      return id === undefined ? [text] : [text, JSON.stringify(['OK', id, true, ''])]
    },
  }
}

const anyOk = (): Tap => {
  const { waiting, out } = watchPublished()
  return {
    out,
    in: (text) => {
      const [type, id, accepted] = frameOf(text)
      if (type !== 'OK' || accepted !== true) return [text]
      // Everything that waits is taken to be accepted by it.
      return [...new Set([String(id), ...waiting.splice(0)])].map((each) => JSON.stringify(['OK', each, true, '']))
    },
  }
}

const lateOkDropped = ({ process }: PlantContext): Tap => {
  const sent = new Map<string, number>()
  return {
    out: (text) => {
      const [type, event] = frameOf(text)
      if (type === 'EVENT' && typeof event === 'object' && event && 'id' in event) {
        sent.set(String(event.id), process.timing.now())
      }
      return [text]
    },
    in: (text) => {
      const [type, id] = frameOf(text)
      const at = type === 'OK' ? sent.get(String(id)) : undefined
      return at !== undefined && process.timing.now() - at > OK_MS ? [] : [text]
    },
  }
}

const endsAtEose = (): Tap => {
  const over = new Set<unknown>()
  return {
    out: (text) => {
      const [type, id] = frameOf(text)
      if (type === 'REQ') over.delete(id)
      return [text]
    },
    in: (text) => {
      const [type, id] = frameOf(text)
      if (type === 'EOSE') over.add(id)
      return type === 'EVENT' && over.has(id) ? [] : [text]
    },
  }
}

export const relayPlants = {
  'notice-is-ok': { says: 'a NOTICE counts as an OK', caughtBy: 2, tap: noticeAsOk },
  'any-ok': { says: 'an OK counts for whatever else waits', caughtBy: 2, tap: anyOk },
  'late-ok-dropped': { says: 'an OK after its time is not heard', caughtBy: 25, tap: lateOkDropped },
  'eose-ends': { says: 'EOSE ends a subscription', ways: 'relays', tap: endsAtEose },
  'look-back-1h': { says: 'relays are asked for the last hour only', ways: 'relays', lookBackMs: 3_600_000 },
  'gives-up': {
    says: 'a first failure is the last',
    caughtBy: 2,
    ways: 'relays',
    relay: (route) => ({
      ...route,
      send: async (contact, cargo) => {
        try {
          return await route.send(contact, cargo)
        } catch (cause) {
          throw new TransportError('refused', 'gave up', { cause })
        }
      },
    }),
  },
} satisfies Record<string, Plant>
