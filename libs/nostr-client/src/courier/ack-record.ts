import { isHex, isPrimaryId, type PrimaryId } from '@kez-chat/identity'
import { z } from 'zod'

const Hex = (bytes: number) => z.string().refine((text) => isHex(text, bytes))

/** An acknowledgement that is to be sent, as it is stored until somebody has taken it. */
export const AckRecord = z.object({
  v: z.literal(1),
  route: z.enum(['home', 'relay']),
  /** Who wrote the message. */
  to: z.custom<PrimaryId>(isPrimaryId),
  inner_id: Hex(16),
  /** `sent_at` of the message, unix milliseconds. */
  sent_at: z.number(),
  /** What it waits for: that the contact is accepted, or that a file is whole. */
  held: z.enum(['contact', 'file']).optional(),
  attempts: z.int(),
  /** Set once a relay has it: how often the others were asked again. */
  rounds: z.int().optional(),
  /** When the last round was over, unix milliseconds. It is kept, for its message may come in another event. */
  done_at: z.number().optional(),
  /** Unix milliseconds. */
  next_at: z.number(),
  expires_at: z.number(),
  /** The event that is acknowledged, on the relay route. */
  event: z.object({ id: Hex(32), pubkey: Hex(32), kind: z.int() }).optional(),
  /** When the ack event was dated (unix milliseconds) and by which key: the same one is sent again until it grows old. */
  made: z.object({ at: z.number(), secret: Hex(32), public_key: Hex(32) }).optional(),
  /** The sealed ack, on the home route: the same bytes at every attempt. */
  envelope: z.object({ v: z.literal(2), eph: Hex(32), nonce: Hex(12), ct: z.string() }).optional(),
})
export type AckRecord = Readonly<z.infer<typeof AckRecord>>

export const ackKey = ({ route, to, inner_id: innerId }: Pick<AckRecord, 'route' | 'to' | 'inner_id'>): string =>
  `${to}/${innerId}/${route}`
