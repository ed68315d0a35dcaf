import { addressOf, createAuthorKey, createHomeAck, createInner, seal, signNostrAck } from '@kez-chat/messaging'
import {
  createMessageEvent,
  KIND_ACK,
  KIND_MESSAGE,
  type NostrEvent,
  readMessageEvent,
  signEvent,
} from '@kez-chat/messaging/nostr'
import type { RelayInProcess } from '@kez-chat/testkit'
import type { Chance } from './chance.ts'
import type { HomeServer } from './home-server.ts'
import { drawIdentity, type Identity } from './identity.ts'
import type { AttackName } from './plan.ts'
import type { Fate, Truth } from './truth.ts'
import type { WorldClock } from './world-clock.ts'

export interface AttackSurface {
  readonly clock: WorldClock
  readonly truth: Truth
  readonly people: readonly Identity[]
  readonly relays: readonly RelayInProcess[]
  readonly homes: ReadonlyMap<string, HomeServer> | undefined
}

const SOCKET_OPEN_MS = 20_000

/** Somebody who sees all traffic and wants messages to count as delivered that are not, or to be shown again. */
export const createAttacker = ({ clock, truth, people, relays, homes }: AttackSurface, chance: Chance) => {
  const mallory = drawIdentity(chance, 'mallory', 'evil.example.org')

  const publish = (event: NostrEvent): void => {
    for (const relay of relays) {
      const socket = relay.openSocket()
      socket.addEventListener('open', () => socket.send(JSON.stringify(['EVENT', event])))
      clock.after(SOCKET_OPEN_MS, () => socket.close())
    }
  }

  /** An event a relay has, of a message that is still awaited if there is one. */
  const target = (nth: number): { readonly fate: Fate; readonly event: NostrEvent } | undefined => {
    const seen = new Map<string, { readonly fate: Fate; readonly event: NostrEvent }>()
    for (const event of relays.flatMap((relay) => relay.stored())) {
      const fate = event.kind === KIND_MESSAGE ? truth.byEvent(event.id) : undefined
      if (fate) seen.set(event.id, { fate, event })
    }
    const all = [...seen.values()]
    const awaited = all.filter(({ fate }) => fate.shown === 0)
    const among = awaited.length > 0 ? awaited : all
    return among[nth % Math.max(1, among.length)]
  }

  const ack = ({ fate, event }: { fate: Fate; event: NostrEvent }, signed: boolean): void => {
    const sender = people[fate.from]
    if (!sender) return
    const tags = [
      ['e', event.id],
      ['p', event.pubkey],
      ['q', addressOf(sender.key.primary)],
      ...(signed ? [['kez-sig', signNostrAck(event.id, mallory.key)]] : []),
    ]
    publish(signEvent({ kind: KIND_ACK, tags, content: '' }, clock.now(), createAuthorKey(chance.bytes)))
  }

  const homeAck = async (nth: number): Promise<void> => {
    const all = [...truth.fates.values()]
    const awaited = all.filter(({ shown }) => shown === 0)
    const among = awaited.length > 0 ? awaited : all
    const fate = among[nth % Math.max(1, among.length)]
    const sender = people[fate?.from ?? -1]
    if (!fate || !sender) return
    const draft = {
      ...{ from: mallory.key.primary, fromHandle: `mallory@${mallory.server}`, to: sender.key.primary },
      ...{ body: createHomeAck(fate.id, mallory.key), sentAt: clock.now() },
    }
    const envelope = await seal(createInner(draft, chance.bytes), mallory.key, chance.bytes)
    const client = homes?.get(sender.server)?.clientFor({
      ...{ after: clock.after, isOnline: () => true, onAccepted: () => undefined },
    })
    await client?.postMessage({ to: sender.handle, envelope: { ...envelope } }).catch(() => undefined)
  }

  return async (attack: AttackName, nth: number): Promise<void> => {
    if (attack === 'foreign-home-ack') return homeAck(nth)
    const found = target(nth)
    if (!found) return
    truth.note(found.fate, `attack: ${attack}`)
    if (attack !== 'repost') return ack(found, attack === 'foreign-ack')
    const recipient = people[found.fate.to]
    if (!recipient) return
    const { envelope } = readMessageEvent(found.event)
    const draft = { envelope, to: recipient.key.primary, at: clock.now(), wake: true }
    publish(createMessageEvent(draft, createAuthorKey(chance.bytes)))
  }
}
