import { type PrimaryId, type Random, randomBytes, toHex } from '@kez-chat/identity'
import {
  type BodyJson,
  createAuthorKey,
  createInner,
  type Draft,
  expiryOf,
  type Inner,
  isContent,
  isQuiet,
  type MessagingKey,
  parseBody,
  type SealedEnvelope,
  seal,
  type TransportKey,
} from '@kez-chat/messaging'
import { absent, type OutgoingRecord, untried } from './outgoing-record.ts'

/** What one wants to say: who says it is known. */
export interface Saying {
  readonly to: PrimaryId
  readonly body: BodyJson | Draft['body']
  /** `innerHash` of the message before in this conversation. */
  readonly prev?: string
  /** Unix milliseconds; now unless told otherwise. */
  readonly sentAt?: number
  /** When it vanishes, unix milliseconds, if the body does not say so itself: a chunk of a file that does. */
  readonly expiresAt?: number
}

/** A sealed message that has not been handed over yet: plain data, to be stored together with what the app shows. */
export interface Prepared {
  readonly inner: Inner
  readonly record: OutgoingRecord
}

/** Who writes, and by which ways it may go. */
export interface Sender {
  readonly key: MessagingKey
  readonly transportKey: TransportKey
  /** `handle@server` of oneself. */
  readonly fromHandle: string
  /** A way that is not named does not exist. */
  readonly ways: { readonly home: boolean; readonly relay: boolean }
  readonly random?: Random
  /**
   * For sealing alone, where it is not `random`: so the same message (what `random` gave its id and author by) can be
   * sealed anew, or to the same bytes again.
   */
  readonly sealing?: Random
}

/**
 * Seals a message without sending it. Needs no courier, so that an app can store what is written offline, or in a tab
 * that does not send, in one step with what it shows; `courier.submit` takes it over later.
 * @throws MessageError `malformed`, `weak_key`, `too_large`
 */
export const prepareMessage = async (
  { key, transportKey, fromHandle, ways, random = randomBytes, sealing = random }: Sender,
  { to, body, prev, sentAt = Date.now(), expiresAt }: Saying,
): Promise<Prepared> => {
  const author = createAuthorKey(random)
  const draft: Draft = {
    ...{ from: key.primary, fromHandle, to, body, sentAt },
    authors: [author.publicKey, transportKey.publicKey],
    ...(prev === undefined ? {} : { prev }),
  }
  const inner = createInner(draft, random)
  const parsed = parseBody(inner.body)
  const until = expiryOf(parsed, sentAt) ?? expiresAt
  const isSilent = isContent(parsed) && isQuiet(parsed)
  const record: OutgoingRecord = {
    ...{ v: 1, inner_id: inner.id, to, sent_at: sentAt, wake: isContent(parsed) && !isSilent },
    ...(isSilent ? { content: true } : {}),
    ...(until === undefined ? {} : { expires_at: until }),
    envelope: await seal(inner, key, sealing),
    author: { secret: toHex(author.secret), public_key: author.publicKey },
    ...{ events: [], home: ways.home ? untried(sentAt) : absent(sentAt) },
    relay: ways.relay ? untried(sentAt) : absent(sentAt),
  }
  return { inner, record }
}

/** An envelope of content that an app sealed before it had a courier, as a record that a courier sends on both ways. */
export const adoptEnvelope = (
  { innerId, to, sentAt, envelope }: { innerId: string; to: PrimaryId; sentAt: number; envelope: SealedEnvelope },
  random: Random = randomBytes,
): OutgoingRecord => {
  const { secret, publicKey } = createAuthorKey(random)
  return {
    ...{ v: 1, inner_id: innerId, to, sent_at: sentAt, wake: true, envelope: { ...envelope }, events: [] },
    author: { secret: toHex(secret), public_key: publicKey },
    ...{ home: untried(sentAt), relay: untried(sentAt) },
  }
}

/** The same message, the same bytes, tried anew on both ways: for one that every way had refused. */
export const anew = (record: OutgoingRecord, now: number): OutgoingRecord => ({
  ...record,
  ...{ home: untried(now), relay: untried(now) },
})
