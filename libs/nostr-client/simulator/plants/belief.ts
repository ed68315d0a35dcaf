import { KIND_ACK, readAckEvent } from '@kez-chat/messaging/nostr'
import type { MessageStatus } from '../../src/index.ts'
import type { Plant, PlantContext } from '../plant.ts'

const isSent = ({ routes }: MessageStatus): boolean => routes.home.state === 'sent' || routes.relay.state === 'sent'

/** Believes each acknowledgement for an event of its own that passes `believes`, whoever signed it. */
const believing =
  (believes: (signature: string | undefined) => boolean): NonNullable<Plant['relay']> =>
  (route, { process, tell }: PlantContext) => ({
    ...route,
    receive: (onArrival, onReady) =>
      route.receive(async (arrival) => {
        if (arrival.kind === 'ack' && arrival.event.kind === KIND_ACK) {
          const { eventId, kezSig } = readAckEvent(arrival.event)
          if (process.isAlive() && believes(kezSig)) tell(eventId)
        }
        return onArrival(arrival)
      }, onReady),
  })

export const beliefPlants = {
  'unsigned-ack': {
    says: 'delivered on an acknowledgement without a signature',
    ways: 'relays',
    relay: believing((signature) => signature === undefined),
  },
  'foreign-ack': {
    says: 'delivered on an acknowledgement of whoever signed it',
    ways: 'relays',
    relay: believing((signature) => signature !== undefined),
  },
  'ok-is-delivered': {
    says: 'delivered when a relay said OK',
    caughtBy: 2,
    onStatus: (status) => (status.routes.relay.state === 'sent' ? { ...status, state: 'delivered' } : status),
  },
  'routes-merged': {
    says: 'what one route took, both took',
    onStatus: (status) => {
      const { home, relay } = status.routes
      const sent = [home, relay].find(({ state }) => state === 'sent')
      return isSent(status) && sent ? { ...status, routes: { home: sent, relay: sent } } : status
    },
  },
  'strangers-acked': {
    says: 'people who are not accepted are acknowledged too',
    caughtBy: 2,
    contacts: (contacts) => ({
      find: async (primary) => {
        const contact = await contacts.find(primary)
        return contact && { ...contact, accepted: true }
      },
    }),
  },
  'any-carrier': {
    says: 'an envelope is opened whoever carries it',
    ways: 'relays',
    relay: (route) => ({
      ...route,
      receive: (onArrival, onReady) =>
        route.receive(async (arrival) => {
          if (arrival.kind !== 'message') return onArrival(arrival)
          const { event: _event, ...bare } = arrival
          return onArrival(bare)
        }, onReady),
    }),
  },
} satisfies Record<string, Plant>
