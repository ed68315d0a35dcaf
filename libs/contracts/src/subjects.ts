import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { ChainId } from './chains.ts'
import type { InviteId, Inviter } from './invites.ts'
import { type Handle, PrimaryHex } from './primitives.ts'

/** How many buckets all inboxes are spread over; inbox streams own ranges of them (architecture §3). */
export const inboxBuckets = 64

/** Buckets that were computed already: every message asks for its recipient's several times. */
const known = new Map<PrimaryHex, number>()
const maxKnown = 10_000

/** Bucket of a person's inbox: first byte of SHA-256(public key) mod 64. */
export const inboxBucket = (primary: PrimaryHex): number => {
  const before = known.get(primary)
  if (before !== undefined) return before
  const bucket = (sha256(hexToBytes(primary))[0] ?? 0) % inboxBuckets
  if (known.size >= maxKnown) known.clear()
  known.set(primary, bucket)
  return bucket
}

/** Subjects of the event log (architecture §2). One literal subject per aggregate. */
export const identitySubject = {
  handle: (handle: Handle): string => `identity.handle.${handle}`,
  primary: (primary: PrimaryHex): string => `identity.primary.${primary}`,
  // The stream's subjects are fixed when it is made (ADR 21): whatever is not 64 hex digits is no key.
  invite: (id: InviteId): string => `identity.primary.invite-${id}`,
  inviter: (by: Inviter): string => `identity.primary.inviter-${by}`,
} as const

/** Subject of one key's sigchain in the stream `CHAINS`. */
export const chainSubject = ({ alg, key }: ChainId): string => `chain.${alg}.${key}`

/** Subjects of an inbox: where it is stored, and where the stream republishes what it stored. */
export const inboxSubject = {
  stored: (primary: PrimaryHex): string => `kez.inbox.${primary}.p${inboxBucket(primary)}`,
  live: (primary: PrimaryHex): string => `kez.inbox.${primary}.live`,
} as const

/** Name of inbox stream `index`. */
export const inboxStreamName = (index: number): string => `INBOX_${index}`

/** The buckets that inbox stream `index` of `count` owns: a contiguous range. */
export const inboxStreamBuckets = (index: number, count: number): number[] =>
  Array.from({ length: inboxBuckets }, (_, bucket) => bucket).filter(
    (bucket) => Math.floor((bucket * count) / inboxBuckets) === index,
  )

/** Which of `count` inbox streams holds this person's inbox. */
export const inboxStreamOf = (primary: PrimaryHex, count: number): string =>
  inboxStreamName(Math.floor((inboxBucket(primary) * count) / inboxBuckets))

/**
 * Subjects of what the home relay keeps: mail by recipient's address, author and event; lists by author and kind; and what an
 * author took back, by what it was (an event's id, or `k<kind>`), or altogether.
 */
export const relayStored = {
  mail: (address: string, author: string, event: string): string => `relay.mail.${address}.${author}.${event}`,
  list: (author: string, kind: number | '*'): string => `relay.list.${author}.${kind}`,
  gone: (author: string, target: string): string => `relay.gone.${author}.${target}`,
  vanished: (author: string): string => `relay.vanished.${author}`,
} as const

/** Where the relay's streams republish what they stored: by address, and by author. */
export const relayLive = {
  mail: (address: string): string => `relay.live.mail.${address}`,
  list: (author: string): string => `relay.live.list.${author}`,
} as const

/** Commands to services, as NATS requests: `kez.<service>.v1.<command>`. */
export const commandSubject = {
  register: 'kez.registry.v1.register',
  bindTransport: 'kez.registry.v1.bind_transport',
  setProofs: 'kez.registry.v1.set_proofs',
  checkProofs: 'kez.registry.v1.check_proofs',
  appendChain: 'kez.registry.v1.append_chain',
  issueInvite: 'kez.registry.v1.issue_invite',
  listInvites: 'kez.registry.v1.list_invites',
  revokeInvite: 'kez.registry.v1.revoke_invite',
  checkInvite: 'kez.registry.v1.check_invite',
  registryDoctor: 'kez.registry.v1.doctor',
  registryDeadLetter: 'kez.registry.v1.dead_letter',
  pushDeadLetter: 'kez.push.v1.dead_letter',
  pushVapidKey: 'kez.push.v1.vapid_key',
  pushSubscribe: 'kez.push.v1.subscribe',
  pushUnsubscribe: 'kez.push.v1.unsubscribe',
  pushForget: 'kez.push.v1.forget',
  pushDrop: 'kez.push.v1.drop',
  pushList: 'kez.push.v1.list',
  pushTest: 'kez.push.v1.test',
  pushReceipt: 'kez.push.v1.receipt',
  pushReplace: 'kez.push.v1.replace',
  pushDoctor: 'kez.push.v1.doctor',
} as const

/**
 * What a person's own connection to NATS uses, besides the feed of the inbox (architecture §5). `primary` is the key that
 * has logged in; `inbox` is the key of their inbox, which is another once the identity has been rotated.
 */
export const personSubject = {
  send: (primary: PrimaryHex): string => `kez.send.${primary}`,
  consumer: (primary: PrimaryHex): string => `kez.consumer.${primary}`,
} as const

/** The key at the end of `kez.send.<key>` or `kez.consumer.<key>`. Only its holder may publish there. */
export const senderIn = (subject: string): PrimaryHex => PrimaryHex.parse(subject.slice(subject.lastIndexOf('.') + 1))

/** Most pull consumers that one person may have, whatever an operator sets. */
export const maxConsumersPerPerson = 32

/** Durable consumer number `slot` (from 0) of a person's inbox. */
export const consumerName = (inbox: PrimaryHex, slot: number): string => `p_${inbox}_${slot}`

/** `_INBOX_<primary>_<random>`: under which one connection of a person gets answers; `random` is 32 hex digits. */
export const replyPrefix = (primary: PrimaryHex, random: string): string => `_INBOX_${primary}_${random}`

/**
 * The 128 random bits of a connection's reply subjects: the first half of SHA-256(`"kez-chat-reply-v1\n" ‖ nkey`). The
 * nkey is a throw-away one that nobody else sees, so neither can they tell where its holder gets answers.
 */
export const replyRandomOf = (nkey: string): string =>
  bytesToHex(sha256(utf8ToBytes(`kez-chat-reply-v1\n${nkey}`))).slice(0, 32)

/** JetStream names that are not per-stream computed. */
export const streamName = {
  identity: 'IDENTITY',
  chains: 'CHAINS',
  relayMail: 'RELAY_MAIL',
  relayLists: 'RELAY_LISTS',
  deadLetters: 'DEAD_LETTERS',
} as const
export const bucketName = {
  directory: 'directory',
  usedSignatures: 'used-signatures',
  proofChecks: 'proof-checks',
  relayLeases: 'relay-leases',
  relayCursors: 'relay-cursors',
  relayStates: 'relay-states',
  inboxReads: 'inbox-reads',
} as const

/** Keys of the KV bucket `directory`: the same entry under both. */
export const directoryKey = {
  handle: (handle: Handle): string => `h.${handle}`,
  primary: (primary: PrimaryHex): string => `p.${primary}`,
} as const

/**
 * Keys of the KV bucket `inbox-reads`. `asked`: a client came and read; `live`: a stream that was open wrote a message, which
 * nobody may have seen.
 */
export const inboxReadKey = {
  asked: (inbox: PrimaryHex): string => `${inbox}.asked`,
  live: (inbox: PrimaryHex): string => `${inbox}.live`,
} as const
