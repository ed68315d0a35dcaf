import { type Claim, isRecord, type SigchainEvent } from '@kez-chat/identity'

const isEnvelope = (value: unknown, kez: string): boolean =>
  isRecord(value) && value.kez === kez && isRecord(value.payload) && isRecord(value.signature)

/** For what `readClaim` has passed. */
export const isClaim = (value: unknown): value is Claim => isEnvelope(value, 'claim')

/** For what `validateChain` has passed. */
export const isSigchainEvent = (value: unknown): value is SigchainEvent => isEnvelope(value, 'sigchain_event')
