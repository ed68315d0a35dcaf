import { relayLimits } from '@kez-chat/contracts'
import { IdentityError, isHex, isRecord, parseJson } from '@kez-chat/identity'
import { MessageError } from '@kez-chat/messaging'
import { type NostrEvent, parseNostrEvent } from '@kez-chat/messaging/nostr'
import { Filter } from './filter.ts'

/** What a client says (NIP-01, NIP-42). */
export type ClientMessage =
  | { type: 'EVENT'; event: NostrEvent }
  | { type: 'AUTH'; event: NostrEvent }
  | { type: 'REQ'; subscription: string; filters: readonly Filter[] }
  | { type: 'CLOSE'; subscription: string }

/** A message that is refused as it stands. `about` is what it would have been answered about. */
export class BadMessage extends Error {
  override readonly name = 'BadMessage'
  readonly about: { event?: string; subscription?: string }

  constructor(message: string, about: { event?: string; subscription?: string } = {}) {
    super(message)
    this.about = about
  }
}

const eventIn = (value: unknown): NostrEvent => {
  try {
    return parseNostrEvent(value, relayLimits.eventBytes)
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    const id = isRecord(value) && isHex(value.id, 32) ? value.id : undefined
    throw new BadMessage(`invalid: ${error.message}`, id === undefined ? {} : { event: id })
  }
}

const subscriptionIn = (value: unknown): string => {
  if (typeof value !== 'string' || value === '' || value.length > relayLimits.subscriptionIdLength)
    throw new BadMessage(`invalid: a subscription id has 1 to ${relayLimits.subscriptionIdLength} characters`)
  return value
}

const filtersIn = (values: unknown[], subscription: string): Filter[] => {
  if (values.length === 0 || values.length > relayLimits.filters)
    throw new BadMessage(`invalid: 1 to ${relayLimits.filters} filters`, { subscription })
  return values.map((value) => {
    const parsed = Filter.safeParse(value)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    const where = issue?.path.join('.') ?? ''
    throw new BadMessage(`invalid: filter ${where}${where ? ' ' : ''}${issue?.message ?? ''}`, { subscription })
  })
}

const listIn = (text: Uint8Array): unknown[] => {
  try {
    const value = parseJson(text, relayLimits.frameBytes)
    if (Array.isArray(value)) return value
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
  }
  throw new BadMessage('invalid: a message is a JSON array')
}

/** @throws {BadMessage} */
export const parseClientMessage = (text: Uint8Array): ClientMessage => {
  const [type, first, ...others] = listIn(text)
  if (type === 'EVENT' || type === 'AUTH') return { type, event: eventIn(first) }
  if (type === 'CLOSE') return { type, subscription: subscriptionIn(first) }
  if (type === 'REQ') {
    const subscription = subscriptionIn(first)
    return { type, subscription, filters: filtersIn(others, subscription) }
  }
  if (type === 'COUNT' && typeof first === 'string')
    throw new BadMessage('error: counting is not supported', { subscription: subscriptionIn(first) })
  throw new BadMessage('invalid: messages are EVENT, REQ, CLOSE and AUTH')
}
