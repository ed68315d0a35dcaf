import { DomainError } from '@kez-chat/contracts'
import type { SpanAttributes } from './attributes.ts'
import { isTraced } from './traceparent.ts'

/** A step of work that a trace shows. */
export type Step = {
  /** An operation and where to (`publish kez.inbox.{person}`), a method and a route, or one of a few words. */
  name: string
  kind?: 'server' | 'client' | 'producer' | 'consumer' | 'internal'
  attributes?: SpanAttributes
  /** The `traceparent` of what it follows from, of ours and not of a stranger; `none` begins a trace. Default: the step around it, without which there is no trace. */
  parent?: string
  /** Traces that it has to do with and is no part of. */
  links?: readonly string[]
  /** Unix ms, where it began before it was known that there is something to show. */
  startedAt?: number
}

export type Span = {
  /** For the header of what it causes; undefined where nobody keeps the trace. */
  readonly traceparent: string | undefined
  set(attributes: SpanAttributes): void
  /** Calls `work` so that the steps in it become part of this one. */
  run<T>(work: () => T): T
  end(error?: unknown): void
}

/** What keeps spans, while traces are on. */
export type Tracer = {
  /** Undefined where nobody keeps the trace: its steps then cost next to nothing. */
  start(step: Step): Span | undefined
  /** Ids of the active span if it is kept, for log lines. */
  active(): { trace_id: string; span_id: string } | undefined
}

const noSpan: Span = { traceparent: undefined, set: () => undefined, run: (work) => work(), end: () => undefined }

let tracer: Tracer | undefined

/** Switches traces on or off in this process. */
export const useTracer = (used: Tracer | undefined): void => {
  tracer = used
}

export const isTracing = (): boolean => tracer !== undefined

/** Begins a step that somebody else ends. */
export const startSpan = (step: Step): Span => tracer?.start(step) ?? noSpan

/** Does `work` as a step of the trace; what it throws is seen there by its kind alone. */
export const inSpan = async <T>(step: Step, work: (span: Span) => Promise<T>): Promise<T> => {
  const span = tracer?.start(step)
  if (!span) return work(noSpan)
  try {
    const result = await span.run(() => work(span))
    span.end()
    return result
  } catch (error) {
    span.end(error ?? new Error())
    throw error
  }
}

/** Where a message stands in a trace: the `traceparent` that was stored with it, and whether it has only just been stored. */
export type Origin = { traceparent: string | undefined; isLive: boolean }

/**
 * A step about a stored message. What has only just been stored is followed in its own trace; what is read again, perhaps
 * months later, is seen in a trace of the reader's that links to it. Without a trace to follow there is nothing to show.
 */
export const inSpanOf = async <T>(
  { traceparent, isLive }: Origin,
  step: Omit<Step, 'parent' | 'links'>,
  work: (span: Span) => Promise<T>,
): Promise<T> => {
  if (!tracer || !isTraced(traceparent)) return work(noSpan)
  if (isLive) return inSpan({ ...step, parent: traceparent }, work)
  const attributes = { ...step.attributes, 'kez.replay': 'catch_up' }
  return inSpan({ ...step, attributes, parent: 'none', links: [traceparent] }, work)
}

/** What log lines say of the active span; a new object each time, because loggers write into it. */
export const traceIdsForLog = (): Record<string, string> => ({ ...tracer?.active() })

/** What an error is called in a trace. Its words may hold anything, so they stay here. */
export const errorType = (error: unknown): string => {
  if (typeof error === 'string') return error
  if (error instanceof DomainError) return error.code
  return error instanceof Error ? error.name : 'Error'
}
