import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import { allowedAttributes, allowedName } from './attributes.ts'

/** A span with nothing in it but what may leave the process, whoever made it. */
const clean = (span: ReadableSpan): ReadableSpan => ({
  name: allowedName(span.name),
  kind: span.kind,
  spanContext: () => {
    const { traceId, spanId, traceFlags } = span.spanContext()
    return { traceId, spanId, traceFlags }
  },
  ...(span.parentSpanContext ? { parentSpanContext: span.parentSpanContext } : {}),
  startTime: span.startTime,
  endTime: span.endTime,
  duration: span.duration,
  ended: span.ended,
  status: { code: span.status.code },
  attributes: allowedAttributes(span.attributes),
  links: span.links.map(({ context: { traceId, spanId, traceFlags } }) => ({
    context: { traceId, spanId, traceFlags },
  })),
  events: [],
  resource: span.resource,
  instrumentationScope: span.instrumentationScope,
  droppedAttributesCount: span.droppedAttributesCount,
  droppedEventsCount: span.droppedEventsCount,
  droppedLinksCount: span.droppedLinksCount,
})

/** The one way out for spans. Tells of those that did not arrive. */
export const cleanExporter = (
  exporter: SpanExporter,
  onLost: (spans: number, error: Error | undefined) => void,
): SpanExporter => ({
  export: (spans, done) =>
    exporter.export(spans.map(clean), (result) => {
      if (result.code !== 0) onLost(spans.length, result.error)
      done(result)
    }),
  shutdown: () => exporter.shutdown(),
  forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
})
