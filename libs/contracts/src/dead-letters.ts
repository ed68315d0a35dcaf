import { z } from 'zod'
import { Seq, Timestamp } from './primitives.ts'

/** What follows a stream and does something for each event, by the name that its dead letters carry. */
export const DeadLetterReaction = z.enum(['directory', 'settlement', 'push'])
export type DeadLetterReaction = z.infer<typeof DeadLetterReaction>

const StreamName = z.string().regex(/^[A-Z]+(_[A-Z0-9]+)?$/)

/** Which event a dead letter is about: only one reaction could not do its part for it. */
export const DeadLetterId = z.object({ reaction: DeadLetterReaction, stream: StreamName, seq: Seq })
export type DeadLetterId = z.infer<typeof DeadLetterId>

/** An event that a reaction tried for long and gave up. The event stays where it is; this says where, and what was wrong. */
export const DeadLetter = DeadLetterId.extend({
  version: z.literal(1),
  /** What the event is about: a handle or a key, never what somebody wrote. */
  subject: z.string().max(512),
  bytes: z.int().min(0),
  stored_at: Timestamp,
  given_up_at: Timestamp,
  /** How often it was tried. */
  deliveries: z.int().min(1),
  reason: z.string().max(500),
})
export type DeadLetter = z.infer<typeof DeadLetter>

/** `kez.<service>.v1.dead_letter`: the operator has it tried once more, or given up for good. */
export const DeadLetterCommand = DeadLetterId.extend({ op: z.enum(['retry', 'drop']) })
export type DeadLetterCommand = z.infer<typeof DeadLetterCommand>
export const DeadLetterDone = z.object({ outcome: z.enum(['handled', 'dropped']) })
export type DeadLetterDone = z.infer<typeof DeadLetterDone>

/** One subject for each, so that the same event given up again takes the place of the letter before. */
export const deadLetterSubject = ({
  reaction,
  stream,
  seq,
}: DeadLetterId | { reaction: string; stream: '*'; seq: '*' }) => `dead.${reaction}.${stream}.${seq}`
