import type { PrimaryId } from '@kez-chat/identity'
import { outerId } from '@kez-chat/messaging'
import {
  KIND_ACK,
  KIND_MESSAGE,
  type NostrEvent,
  parseNostrEvent,
  readAckEvent,
  readMessageEvent,
} from '@kez-chat/messaging/nostr'
import type { Arrival, MessageStatus, Prepared, ReceivedMessage } from '../src/index.ts'

/** What really became of one message, as seen on the wires and disks. */
export interface Fate {
  readonly id: string
  readonly from: number
  readonly to: number
  readonly text: string
  readonly outer: string
  /** When it was on the sender's disk, world time. */
  readonly at: number
  readonly authors: readonly string[]
  readonly history: string[]
  /** The events it went out in. */
  readonly events: Set<string>
  /** Relays whose OK reached the sender. */
  readonly okFrom: Set<string>
  /** Whether a 201 reached the sender. */
  homeTook: boolean
  shown: number
  /** The events of it that the recipient acknowledged, and the bytes of acknowledgements by home. */
  readonly acked: Set<string>
  readonly homeAcks: Set<string>
  told: MessageStatus['state']
}

/** A promise that was broken. */
export class Broken extends Error {
  override readonly name = 'Broken'
  readonly promise: PromiseName
  readonly fate: Fate | undefined
  constructor(promise: PromiseName, what: string, fate?: Fate) {
    super(what)
    this.promise = promise
    this.fate = fate
  }
}

export type PromiseName =
  | 'sent only when a relay said OK or the home server 201'
  | 'each route by itself'
  | 'an OK that came counts, however late'
  | 'delivered only when it is in the inbox of the recipient, who accepts the sender'
  | 'no state goes back'
  | 'shown once'
  | 'shown as it was written, and as its author sent it'
  | 'acknowledged only what is kept'
  | 'acknowledged only to accepted people'
  | 'acknowledged once per route'
  | 'what a relay serves is shown'
  | 'in peace messages are quick'
  | 'everything arrives'
  | 'what has arrived is known to have'
  | 'gaps close'
  | 'nothing fails'

export interface TruthOptions {
  readonly now: () => number
  readonly names: readonly string[]
  readonly primaries: readonly PrimaryId[]
  readonly accepts: (who: number, whom: number) => boolean
  readonly onBroken: (broken: Broken) => void
}

const rank = { sending: 0, failed: 0, sent: 1, delivered: 2 }

export const clockText = (ms: number): string => {
  const seconds = Math.floor(ms / 1000)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(Math.floor(ms) % 1000).padStart(3, '0')}`
}

/** Who wrote, said, kept and showed what: the world's own knowledge, against which every claim of a client is held. */
export const createTruth = ({ now, names, primaries, accepts, onBroken }: TruthOptions) => {
  const began = now()
  const fates = new Map<string, Fate>()
  const byOuter = new Map<string, Fate>()
  const byEvent = new Map<string, Fate>()
  const byAck = new Map<string, Fate>()
  const general: string[] = []

  const name = (who: number): string => names[who] ?? '?'
  const note = (fate: Fate | undefined, what: string): void => {
    const line = `${clockText(now() - began)} ${what}`
    if (fate) fate.history.push(line)
    else general.push(line)
  }
  const broken = (promise: PromiseName, what: string, fate?: Fate): void => {
    note(fate, `BROKEN ${promise}: ${what}`)
    onBroken(new Broken(promise, what, fate))
  }

  const ackEvent = (who: number, relay: string, event: NostrEvent): void => {
    const { eventId } = readAckEvent(event)
    const fate = byEvent.get(eventId)
    note(fate, `${name(who)} → ${relay} ack ${event.id.slice(0, 6)} of event ${eventId.slice(0, 6)}`)
    if (fate) byAck.set(event.id, fate)
    if (!fate || fate.to !== who) {
      broken('acknowledged only what is kept', 'an event that is not for them', fate)
      return
    }
    if (fate.shown === 0) broken('acknowledged only what is kept', `${name(who)} acknowledged by relay`, fate)
    if (!accepts(who, fate.from)) broken('acknowledged only to accepted people', name(who), fate)
    fate.acked.add(eventId)
    if (fate.acked.size > 1) broken('acknowledged once per route', `${fate.acked.size} events of one message`, fate)
  }

  const claim = (fate: Fate, status: MessageStatus): void => {
    const { home, relay } = status.routes
    const sent = status.state === 'sent' || status.state === 'delivered'
    // Delivered goes by an acknowledgement alone, when the answer of whoever took it was lost.
    if (status.state === 'sent' && fate.okFrom.size === 0 && !fate.homeTook) {
      broken('sent only when a relay said OK or the home server 201', `told ${status.state} via ${status.via}`, fate)
    }
    if (home.state === 'sent' && !fate.homeTook) broken('each route by itself', 'home told sent, no 201 came', fate)
    if (relay.state === 'sent' && !fate.okFrom.has(relay.via ?? '')) {
      broken('each route by itself', `relays told sent, no OK came from ${relay.via}`, fate)
    }
    for (const { relay: url, state } of status.relays) {
      if (state === 'accepted' && !fate.okFrom.has(url)) broken('each route by itself', `${url} told accepted`, fate)
    }
    if (status.state === 'delivered' && (fate.shown === 0 || !accepts(fate.to, fate.from))) {
      broken('delivered only when it is in the inbox of the recipient, who accepts the sender', 'told delivered', fate)
    }
    if (rank[status.state] < rank[fate.told] || (status.state === 'failed' && sent)) {
      broken('no state goes back', `${fate.told} → ${status.state}`, fate)
    }
  }

  return {
    fates,
    general,
    note,
    byEvent: (id: string): Fate | undefined => byEvent.get(id),
    broken,
    /** It is on the sender's disk. */
    written: (from: number, to: number, text: string, { inner, record }: Prepared): void => {
      const fate: Fate = {
        ...{ id: inner.id, from, to, text, outer: outerId(record.envelope), at: now(), authors: inner.authors ?? [] },
        ...{ history: [], events: new Set(), okFrom: new Set(), homeTook: false, shown: 0 },
        ...{ acked: new Set(), homeAcks: new Set(), told: 'sending' },
      }
      fates.set(fate.id, fate)
      byOuter.set(fate.outer, fate)
      note(fate, `${name(from)} writes "${text}" to ${name(to)} (${fate.id.slice(0, 6)})`)
    },
    /** A person's client sends an event. */
    sends: (who: number, relay: string, value: unknown): void => {
      const event = parseNostrEvent(value)
      if (event.kind === KIND_ACK) ackEvent(who, relay, event)
      if (event.kind !== KIND_MESSAGE) return
      const fate = byOuter.get(outerId(readMessageEvent(event).envelope))
      if (!fate) return
      note(fate, `${name(who)} → ${relay} event ${event.id.slice(0, 6)}`)
      fate.events.add(event.id)
      byEvent.set(event.id, fate)
    },
    /** A relay's OK reaches a person's client. */
    ok: (who: number, relay: string, id: string, accepted: boolean, said: string): Fate | undefined => {
      const taken = accepted || said.startsWith('duplicate:')
      note(byAck.get(id) ?? byEvent.get(id), `${relay} → ${name(who)} OK ${id.slice(0, 6)} ${accepted} ${said}`)
      const fate = byEvent.get(id)
      if (!taken || fate?.from !== who) return undefined
      fate.okFrom.add(relay)
      return fate
    },
    /** A home server's 201 reaches a person's client. */
    homeTook: (who: number, outer: string): void => {
      const fate = byOuter.get(outer)
      if (fate?.from !== who) return
      note(fate, `home → ${name(who)} 201`)
      fate.homeTook = true
    },
    /** A person's client posts an acknowledgement by home. */
    homeAck: (who: number, innerId: string, outer: string): void => {
      const fate = fates.get(innerId)
      note(fate, `${name(who)} → home ack`)
      if (!fate || fate.to !== who || fate.shown === 0) {
        broken('acknowledged only what is kept', `${name(who)} acknowledged by home`, fate)
        return
      }
      if (!accepts(who, fate.from)) broken('acknowledged only to accepted people', name(who), fate)
      fate.homeAcks.add(outer)
      if (fate.homeAcks.size > 1) broken('acknowledged once per route', 'two acknowledgements by home', fate)
    },
    /** It is on the recipient's disk. */
    shown: (who: number, { seen, body, event, route, outerId: outer }: ReceivedMessage): void => {
      const fate = fates.get(seen.innerId)
      const text = body.type === 'text' ? body.text : body.type
      note(fate, `${name(who)} shows it, by ${route}`)
      if (
        !fate ||
        fate.text !== text ||
        fate.to !== who ||
        primaries[fate.from] !== seen.from ||
        fate.outer !== outer
      ) {
        broken('shown as it was written, and as its author sent it', `${name(who)} shows "${text}"`, fate)
        return
      }
      if ((route === 'relay' && !event) || (event && !fate.authors.includes(event.pubkey))) {
        broken('shown as it was written, and as its author sent it', 'carried by a stranger', fate)
      }
      fate.shown += 1
      if (fate.shown > 1) broken('shown once', `${name(who)} shows "${text}" again`, fate)
    },
    /** Something came that a person's client does not believe. */
    unopened: (who: number, arrival: Arrival, why: string): void => {
      const acked = arrival.kind === 'ack' ? byEvent.get(readAckEvent(arrival.event).eventId) : undefined
      const fate = arrival.kind === 'message' ? byOuter.get(outerId(arrival.envelope)) : acked
      note(fate, `${name(who)} refuses ${arrival.kind === 'ack' ? 'an ack' : 'a message'}: ${why}`)
    },
    /** A client tells how a message stands. */
    told: (status: MessageStatus): void => {
      const fate = fates.get(status.innerId)
      if (!fate) return
      if (status.state !== fate.told) note(fate, `${name(fate.from)} is told ${status.state}`)
      claim(fate, status)
      fate.told = status.state
    },
  }
}

export type Truth = ReturnType<typeof createTruth>
