import { fromHex, jcs, parseTimestamp, type Random, toHex } from '../../libs/identity/src/index.ts'
import {
  createHomeAck,
  createInner,
  messagingKeyFromSeed,
  open,
  outerId,
  paddedSize,
  seal,
  signNostrAck,
  verifyHomeAck,
  verifyNostrAck,
} from '../../libs/messaging/src/index.ts'
import vectors from '../../vectors/sealed-v2.json' with { type: 'json' }
import { refused, same, type VectorCheck } from './check.ts'

const sender = messagingKeyFromSeed(fromHex(vectors.sender_seed, 32))
const recipient = messagingKeyFromSeed(fromHex(vectors.recipient_seed, 32))
const sentAt = parseTimestamp(vectors.inner.sent_at)

/** Hands out the given bytes, one text of hex after the other. */
const scripted = (...script: string[]): Random => {
  const left = [...script]
  return (length) => fromHex(left.shift() ?? '', length)
}

const inner = () => ({
  ...createInner(
    {
      from: sender.primary,
      fromHandle: vectors.inner.from_handle,
      to: recipient.primary,
      body: vectors.inner.body,
      sentAt,
    },
    scripted(vectors.inner.id),
  ),
  sent_at: vectors.inner.sent_at,
})

/** sealed-v2.json, through the public functions. */
export const sealedChecks: VectorCheck[] = [
  {
    name: 'the seed gives the exchange key',
    run: () => same(toHex(recipient.exchangeKey), vectors.recipient_x25519),
  },
  { name: 'the inner has the published canonical form', run: () => same(jcs(inner()), vectors.inner_jcs) },
  {
    name: 'the inner is sealed to the published envelope',
    run: async () => {
      const envelope = await seal(inner(), sender, scripted(vectors.eph_secret, vectors.nonce))
      same(jcs(envelope), jcs(vectors.envelope))
    },
  },
  { name: 'the envelope has the published id', run: () => same(outerId(vectors.envelope), vectors.outer_id) },
  {
    name: 'the published envelope opens to the published inner',
    run: async () => {
      const opened = await open(vectors.envelope, recipient, { now: sentAt })
      same(jcs(opened.inner), vectors.inner_jcs)
      same(jcs(opened.body), jcs(vectors.inner.body))
      same(opened.outerId, vectors.outer_id)
    },
  },
  {
    name: 'the published envelope does not open for its sender',
    run: () => refused(() => open(vectors.envelope, sender, { now: sentAt }), 'undecryptable'),
  },
  {
    name: 'every padded size is as published',
    run: () => {
      for (const [length, padded] of vectors.padme) same(paddedSize(length ?? 0), padded)
      same(vectors.padme.length, 10)
    },
  },
  {
    name: 'the home acknowledgement is signed as published and verifies',
    run: () => {
      const ack = createHomeAck(vectors.inner.id, recipient)
      same(ack.sig, vectors.home_ack_sig)
      verifyHomeAck(ack, recipient.primary)
    },
  },
  {
    name: 'the relay acknowledgement is signed as published and verifies',
    run: () => {
      same(signNostrAck(vectors.ack.event_id, recipient), vectors.ack.kez_sig)
      verifyNostrAck(vectors.ack.event_id, vectors.ack.kez_sig, recipient.primary)
    },
  },
  {
    name: 'an acknowledgement by another than the peer is refused',
    run: () =>
      refused(() => verifyNostrAck(vectors.ack.event_id, vectors.ack.kez_sig, sender.primary), 'invalid_signature'),
  },
]
