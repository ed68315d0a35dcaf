import { fromHex, type Random, toHex } from '@kez-chat/identity'
import {
  createAuthorKey,
  createHomeAck,
  createInner,
  type MessagingKey,
  RESEND_AFTER_MS,
  seal,
  type TransportKey,
} from '@kez-chat/messaging'
import { createAckEvent, type NostrEvent } from '@kez-chat/messaging/nostr'
import type { Contact } from '../contact.ts'
import { TransportError } from '../errors.ts'
import type { RelayRoute } from '../routes/relay-route.ts'
import type { HomeCargo, Route } from '../routes/route.ts'
import type { Timing } from '../timing.ts'
import { type AckRecord, ackKey } from './ack-record.ts'
import { createRelayFates } from './relay-fates.ts'

export interface AckSendingOptions {
  readonly key: MessagingKey
  /** `handle@server` of oneself. */
  readonly fromHandle: string
  readonly transportKey: TransportKey
  readonly home: Route<HomeCargo> | undefined
  readonly relay: RelayRoute | undefined
  readonly timing: Timing
  readonly random: Random
  /** Stores a record with what was made of it, before it goes out. */
  readonly save: (record: AckRecord) => Promise<void>
}

/** Makes acknowledgements and sends them, each attempt the same one. */
export const createAckSending = (options: AckSendingOptions) => {
  const { key, transportKey, home, relay, timing, random, save } = options
  const fates = createRelayFates()

  const sealed = async (record: AckRecord): Promise<HomeCargo['envelope']> => {
    if (record.envelope) return record.envelope
    const draft = {
      ...{ from: key.primary, fromHandle: options.fromHandle, to: record.to },
      ...{ body: createHomeAck(record.inner_id, key), sentAt: timing.now() },
    }
    const envelope = await seal(createInner(draft, random), key, random)
    await save({ ...record, envelope })
    return envelope
  }

  const sendHome = async (contact: Contact, record: AckRecord): Promise<void> => {
    if (!home?.reaches(contact)) throw new TransportError('no_route', 'no home server is known')
    await home.send(contact, { envelope: await sealed(record), wake: false })
  }

  const made = async (record: AckRecord): Promise<NonNullable<AckRecord['made']>> => {
    const now = timing.now()
    if (record.made && (record.rounds !== undefined || now - record.made.at < RESEND_AFTER_MS)) return record.made
    const { secret, publicKey } = createAuthorKey(random)
    const fresh = { at: now, secret: toHex(secret), public_key: publicKey }
    await save({ ...record, made: fresh })
    return fresh
  }

  const sendRelay = async (contact: Contact, record: AckRecord): Promise<void> => {
    const { event: acked } = record
    if (!relay?.reaches(contact) || !acked) throw new TransportError('no_route', 'no relays')
    const { at, secret, public_key: publicKey } = await made(record)
    // What was acknowledgeable when it was noted still is: only what was said about it is not kept.
    const opened = { inner: { from: record.to, to: key.primary }, body: { type: 'text' as const, text: '' } }
    const by = (author: TransportKey): NostrEvent => createAckEvent({ event: acked, opened }, key, at, author)
    await relay.send(contact, {
      ...{ event: by({ secret: fromHex(secret, 32), publicKey }), known: by(transportKey) },
      prefer: relay.seenAt(record.to),
      done: record.rounds === undefined ? [] : fates.done(ackKey(record)),
      onFate: (fate) => fates.note(ackKey(record), fate),
    })
  }

  return {
    /** @throws TransportError */
    send: (contact: Contact, record: AckRecord): Promise<void> =>
      record.route === 'home' ? sendHome(contact, record) : sendRelay(contact, record),
    forget: (record: AckRecord): void => fates.forget(ackKey(record)),
  }
}
