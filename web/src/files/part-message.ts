import { type Bytes, fromHex, type PrimaryId, type Random, randomBytes, toBase64url, utf8 } from '@kez-chat/identity'
import { type ChunkedFileBody, expiryOf, type FileChunkBody } from '@kez-chat/messaging'
import { type Prepared, prepareMessage, type RouteName, type Sender } from '@kez-chat/nostr-client'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Shipment } from '../storage/file-record.ts'

/** Draws from a key: the same draws in the same order each time. */
const drawnFrom = (secret: Uint8Array, info: string): Random => {
  let draws = 0
  return (length) => Uint8Array.from(hkdf(sha256, secret, undefined, utf8(`${info} ${draws++}`), length))
}

export type PartToSend = {
  readonly to: PrimaryId
  readonly pointer: ChunkedFileBody
  readonly shipment: Pick<Shipment, 'secret' | 'sent_at' | 'round'>
  readonly i: number
  readonly data: Bytes
  /** By which it is to go; the others count as refused. */
  readonly ways: readonly RouteName[]
  /** Unix ms: when it is due. */
  readonly now: number
}

/**
 * A part of a file as a sealed message. Nothing of it is stored: made again after a restart it is the same, byte for byte,
 * so servers that have it already know it. In another round it is sealed anew, for a home server takes the same bytes
 * once only. Whatever is sealed goes into what the keys are drawn by, so no key ever seals two different texts.
 */
export const preparePart = async (
  sender: Sender,
  { to, pointer, shipment, i, data, ways, now }: PartToSend,
): Promise<Prepared> => {
  const { file_id, n, sha256: hash } = pointer
  const secret = fromHex(shipment.secret, 32)
  const facts = [to, file_id, n, hash, i, shipment.sent_at, sender.fromHandle, sender.transportKey.publicKey]
  const body: FileChunkBody = { type: 'kez-file-chunk-v1', file_id, i, n, data: toBase64url(data) }
  const info = JSON.stringify(facts)
  const expiresAt = expiryOf(pointer, shipment.sent_at)
  const prepared = await prepareMessage(
    {
      ...{ ...sender, random: drawnFrom(secret, `kez-file-part-v1 ${info}`) },
      sealing: drawnFrom(secret, `kez-file-seal-v1 ${shipment.round} ${info}`),
      ways: { home: ways.includes('home'), relay: ways.includes('relay') },
    },
    { to, body, sentAt: shipment.sent_at, ...(expiresAt === undefined ? {} : { expiresAt }) },
  )
  const { record } = prepared
  const due = (name: RouteName) => (ways.includes(name) ? { ...record[name], at: now, next_at: now } : record[name])
  return { ...prepared, record: { ...record, home: due('home'), relay: due('relay') } }
}

/** The message of a file, under the id that it has here since it was written. */
export const preparePointer = (
  sender: Sender,
  {
    to,
    pointer,
    innerId,
    sentAt,
    prev,
  }: Pick<PartToSend, 'to' | 'pointer'> & {
    readonly innerId: string
    readonly sentAt: number
    readonly prev: string | undefined
  },
): Promise<Prepared> => {
  const random: Random = (length) => (length === 16 ? fromHex(innerId, 16) : randomBytes(length))
  return prepareMessage(
    { ...sender, random, sealing: randomBytes },
    { to, body: pointer, sentAt, ...(prev === undefined ? {} : { prev }) },
  )
}
