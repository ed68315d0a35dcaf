import { z } from 'zod'

/** What may be asked of a relay. */
export type RelayLimits = {
  /** Bytes of one message to it. */
  readonly messageBytes: number
  /** Open subscriptions. */
  readonly subscriptions: number
  /** Filters of one subscription. */
  readonly filters: number
  /** Stored events it returns for one subscription. */
  readonly events: number
  readonly authRequired: boolean
}

/** What is asked of a relay that says nothing. */
export const ourLimits: RelayLimits = {
  messageBytes: 64 * 1024,
  subscriptions: 10,
  filters: 10,
  events: 500,
  authRequired: false,
}

const count = z.int().positive().optional().catch(undefined)

/** The part of a relay information document (NIP-11) that is heeded; what is of another type is as if it was not there. */
const Information = z.object({
  limitation: z
    .object({
      max_message_length: count,
      max_subscriptions: count,
      max_filters: count,
      max_limit: count,
      auth_required: z.boolean().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
})

const maxBytes = 64 * 1024
const fetchWithin = 2_000

const readBounded = async (response: Response): Promise<unknown> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > maxBytes) throw new RangeError('the information of the relay is too long')
    parts.push(part)
  }
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)))
}

/**
 * The limits of a relay by its own word (NIP-11), never above our own; undefined when it says nothing within 2 s. Redirects
 * are not followed: operators name relays, and relays name nobody.
 */
export const fetchLimits = async (url: string, signal: AbortSignal): Promise<RelayLimits | undefined> => {
  try {
    const response = await fetch(url.replace(/^ws/, 'http'), {
      headers: { accept: 'application/nostr+json' },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(fetchWithin)]),
    })
    if (!response.ok) {
      await response.body?.cancel()
      return undefined
    }
    const { limitation } = Information.parse(await readBounded(response))
    const least = (own: number, theirs: number | undefined): number => Math.min(own, theirs ?? own)
    return {
      messageBytes: least(ourLimits.messageBytes, limitation?.max_message_length),
      subscriptions: least(ourLimits.subscriptions, limitation?.max_subscriptions),
      filters: least(ourLimits.filters, limitation?.max_filters),
      events: least(ourLimits.events, limitation?.max_limit),
      authRequired: limitation?.auth_required ?? false,
    }
  } catch {
    return undefined
  }
}
