import { randomUUID } from 'node:crypto'
import { type Context, context, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOnSampler, BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { cleanExporter } from './clean-exporter.ts'
import { errorType, type Span, type Step, type Tracer } from './spans.ts'
import { isTraced, readTraceparent, writeTraceparent } from './traceparent.ts'

export type SdkOptions = {
  service: string
  endpoint: string
  headers: Readonly<Record<string, string>>
  /** Share of the traces begun here that are kept. */
  ratio: number
  onLost(spans: number, error: Error | undefined): void
}

export type OpenTracer = Tracer & { stop(): Promise<void> }

/** ms: one export with all its attempts. */
const exportWithin = 10_000
const exportEvery = 2_000
/** Spans; what comes while so many wait is dropped. */
const mostWaiting = 2_048
const mostLinks = 32

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const

const contextOf = (traceparent: string) => {
  const read = readTraceparent(traceparent)
  if (!read) return undefined
  const { traceId, spanId, isSampled } = read
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true }
}

const parentOf = ({ parent }: Step): Context => {
  if (parent === undefined) return context.active()
  const remote = contextOf(parent)
  return remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT
}

/** OpenTelemetry's SDK, sending by OTLP over HTTP. Loaded only where traces are on. */
export const openTracer = ({ service, endpoint, headers, ratio, onLost }: SdkOptions): OpenTracer => {
  const otlp: SpanExporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: exportWithin,
    concurrencyLimit: 8,
  })
  const processor = new BatchSpanProcessor({
    exporter: cleanExporter(otlp, onLost),
    maxQueueSize: mostWaiting,
    maxExportBatchSize: 512,
    scheduledDelayMillis: exportEvery,
    exportTimeoutMillis: exportWithin + 1_000,
  })
  const provider = new TracerProvider({
    // What is not to be kept does not come so far.
    sampler: new AlwaysOnSampler(),
    resource: resourceFromAttributes({
      'service.name': service,
      'service.namespace': 'kez-chat',
      'service.instance.id': randomUUID(),
    }),
    spanLimits: {
      attributeCountLimit: 16,
      attributeValueLengthLimit: 128,
      linkCountLimit: mostLinks,
      eventCountLimit: 0,
    },
    spanProcessors: [processor],
  })
  const contexts = new AsyncLocalStorageContextManager().enable()
  context.setGlobalContextManager(contexts)
  const otel = provider.getTracer('kez-chat')

  const isKept = ({ parent }: Step): boolean => {
    if (parent === undefined) return trace.getSpanContext(context.active())?.traceFlags === TraceFlags.SAMPLED
    return readTraceparent(parent) ? isTraced(parent) : Math.random() < ratio
  }

  const start = (step: Step): Span | undefined => {
    if (!isKept(step)) return undefined
    const around = parentOf(step)
    const span = otel.startSpan(
      step.name,
      {
        kind: kinds[step.kind ?? 'internal'],
        attributes: step.attributes ?? {},
        links: (step.links ?? []).flatMap((link) => contextOf(link) ?? []).map((linked) => ({ context: linked })),
        ...(step.startedAt === undefined ? {} : { startTime: new Date(step.startedAt) }),
      },
      around,
    )
    const inside = trace.setSpan(around, span)
    const { traceId, spanId } = span.spanContext()
    return {
      traceparent: writeTraceparent({ traceId, spanId, isSampled: true }),
      set: (attributes) => void span.setAttributes(attributes),
      run: (work) => context.with(inside, work),
      end: (error) => {
        if (error !== undefined)
          span.setAttribute('error.type', errorType(error)).setStatus({ code: SpanStatusCode.ERROR })
        span.end()
      },
    }
  }

  return {
    start,
    active: () => {
      const { traceId, spanId, traceFlags } = trace.getSpanContext(context.active()) ?? {}
      if (traceId === undefined || spanId === undefined || traceFlags !== TraceFlags.SAMPLED) return undefined
      return { trace_id: traceId, span_id: spanId }
    },
    stop: async () => {
      await provider.shutdown()
      context.disable()
    },
  }
}
