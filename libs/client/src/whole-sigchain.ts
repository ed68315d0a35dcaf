import { maxChainEvents } from '@kez-chat/contracts'
import type { AnyPrimary } from '@kez-chat/identity'
import type { Client } from './client.ts'
import { UnexpectedResponse } from './errors.ts'

/**
 * All events of a key's sigchain as the server hands them out, page by page; it is the caller who verifies them.
 * @throws ApiError `not_found` when the server has none, and as every call of the client
 */
export const readWholeSigchain = async (
  client: Pick<Client, 'readSigchain'>,
  primary: AnyPrimary,
  cancel: { signal?: AbortSignal } = {},
): Promise<unknown[]> => {
  const events: unknown[] = []
  for (let from: number | null = 0; from !== null; ) {
    const page: Awaited<ReturnType<Client['readSigchain']>> = await client.readSigchain(primary, { from, ...cancel })
    events.push(...page.events)
    if (events.length > maxChainEvents) throw new UnexpectedResponse(200, 'the sigchain is longer than any may be')
    // A server that does not move on would keep us for ever.
    if (page.next !== null && page.next !== from + page.events.length) break
    from = page.events.length === 0 ? null : page.next
  }
  return events
}
