import { z } from 'zod'
import { ChainHead, maxChainEvents } from './chains.ts'
import { IdentityStatus } from './directory.ts'
import { InboxVia, OpaqueEnvelope } from './inbox.ts'
import { RegistrationMode } from './invites.ts'
import { AnyPrimaryText, Handle, Hex32, Primary, Seq, SeqParam, Timestamp } from './primitives.ts'
import { maxProofs, Proof } from './proofs.ts'

/** `GET /v1/healthz` */
export const Health = z.object({
  status: z.enum(['ok', 'unavailable']),
  server: z.string(),
  version: z.string(),
  registration: RegistrationMode.optional().describe('`invite`: registering needs an invite code'),
})
export type Health = z.infer<typeof Health>

/** The signed registration as it is posted; its inside is checked in the order of protocol §2, not by a schema. */
export const RegisterBody = z.record(z.string(), z.unknown()).describe('The signed handle_registration envelope')

/** A person as lookups return them: `GET /v1/u/:handle`, `GET /v1/by-primary/:primary`, and the answer to a registration. */
export const Profile = z.object({
  handle: Handle,
  fqhn: z.string().describe('handle@server'),
  primary: Primary,
  sigchain_url: z.string(),
  registered_at: Timestamp,
  proofs: z.array(Proof.loose()),
  verified: z.boolean().optional().describe('Two or more independent proofs were verified within 24 h'),
  nostr: Hex32.optional().describe('The bound nostr transport key'),
  status: IdentityStatus,
  rotated_to: AnyPrimaryText.optional().describe('The new primary, when the status is `rotated`'),
})
export type Profile = z.infer<typeof Profile>

/** `PUT /v1/profile/:handle/transport` */
export const BindTransportBody = z.object({
  nostr: Hex32,
  proof: z.string().regex(/^[0-9a-f]{128}$/, 'must be 128 lower-case hex digits'),
})
export type BindTransportBody = z.infer<typeof BindTransportBody>

/** `PUT /v1/profile/:handle/proofs` */
export const SetProofsBody = z.object({
  proofs: z
    .array(z.string().min(1).max(512))
    .max(maxProofs)
    .describe('Identifiers like `github:alice`; replaces the list before'),
})
export type SetProofsBody = z.infer<typeof SetProofsBody>

/** `POST /v1/messages` */
export const PostMessageBody = z.object({
  to: z.string().min(1).max(320).describe('The bare handle of the recipient'),
  envelope: OpaqueEnvelope,
  wake: z.boolean().optional().describe('false for what should not wake a device: acks and file chunks'),
})
export type PostMessageBody = z.infer<typeof PostMessageBody>

export const AcceptedMessage = z.object({ id: Hex32, seq: Seq, accepted_at: Timestamp })
export type AcceptedMessage = z.infer<typeof AcceptedMessage>

/** One message of an inbox page, and the `data` of an SSE `message` event. */
export const InboxMessage = z.object({
  seq: Seq,
  id: Hex32,
  envelope: OpaqueEnvelope.optional(),
  event: z.record(z.string(), z.unknown()).optional(),
  via: InboxVia,
  received_at: Timestamp,
})
export type InboxMessage = z.infer<typeof InboxMessage>

/** How full a mailbox is; `full` means that senders are being refused with `mailbox_full`. */
export const MailboxState = z.object({
  messages: z.int(),
  max_messages: z.int(),
  max_bytes: z.int(),
  full: z.boolean(),
})
export type MailboxState = z.infer<typeof MailboxState>

/** `GET /v1/inbox/:handle` */
export const InboxQuery = z.object({
  since: SeqParam.default(0),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'must be 1 to 500')
    .transform(Number)
    .refine((n) => n <= 500, 'must be at most 500')
    .default(100),
})
export const InboxPage = z.object({ messages: z.array(InboxMessage), next: Seq.nullable(), mailbox: MailboxState })
export type InboxPage = z.infer<typeof InboxPage>

/** `DELETE /v1/inbox/:handle` */
export const FreeInboxQuery = z.object({ through: SeqParam })

/** `GET /v1/inbox/:handle/stream` */
export const StreamQuery = z.object({ since: SeqParam.optional(), auth: z.string().max(200).optional() })

/** RFC 7033 */
export const WebFinger = z.object({
  subject: z.string(),
  aliases: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.string().nullable()).optional(),
  links: z.array(
    z.object({
      rel: z.string(),
      type: z.string().optional(),
      href: z.string().optional(),
      titles: z.record(z.string(), z.string()).optional(),
      properties: z.record(z.string(), z.string().nullable()).optional(),
    }),
  ),
})
export type WebFinger = z.infer<typeof WebFinger>

/** NIP-05 */
export const NostrJson = z.object({
  names: z.record(z.string(), Hex32),
  relays: z.record(z.string(), z.array(z.string())).optional(),
})

/** `GET /v1/push/vapid-public-key` */
export const VapidPublicKey = z.object({ key: z.string() })

/** `GET /v1/sigchains/:alg/:key` */
export const ChainQuery = z.object({
  from: SeqParam.default(0).describe('Sequence of the first event wanted'),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, `must be 1 to ${maxChainEvents}`)
    .transform(Number)
    .refine((n) => n <= maxChainEvents, `must be at most ${maxChainEvents}`)
    .default(maxChainEvents),
})
export const ChainPage = z.object({
  head: ChainHead,
  events: z.array(z.record(z.string(), z.unknown())).describe('Signed envelopes in order'),
  next: Seq.nullable().describe('`from` of the next page, or null at the end'),
})
export type ChainPage = z.infer<typeof ChainPage>

/** `POST /v1/sigchains/:alg/:key` */
export const AppendChainBody = z.record(z.string(), z.unknown()).describe('One signed sigchain_event envelope')
