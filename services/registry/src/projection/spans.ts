import type { StoredEvent } from '@kez-chat/eventlog'
import { inSpan, isTraced, projected } from '@kez-chat/runtime'

const traceOf = ({ headers }: StoredEvent): string[] => {
  const traceparent = headers.traceparent?.[0]
  return isTraced(traceparent) ? [traceparent] : []
}

/**
 * Shows how a batch of events came into the tables: the step of the first event's trace with links to those of the others, or,
 * where the tables catch up, a trace of its own that links to all.
 */
export const inProjectionSpan =
  (stream: string) =>
  async <T>(events: readonly StoredEvent[], isLive: boolean, write: () => Promise<T>): Promise<T> => {
    const traces = [...new Set(events.flatMap(traceOf))]
    const [first, ...others] = traces
    if (first === undefined) return write()
    const step = projected(stream)
    const attributes = {
      ...step.attributes,
      'messaging.batch.message_count': events.length,
      ...(isLive ? {} : { 'kez.replay': 'catch_up' as const }),
    }
    const place = isLive ? { parent: first, links: others } : { parent: 'none', links: traces }
    return inSpan({ ...step, attributes, ...place }, write)
  }
