import type { Log } from '../log.ts'
import type { TracingConfig } from './settings.ts'
import { useTracer } from './spans.ts'

export type Tracing = {
  /** Sends what waits, for 2 seconds at most, and switches traces off. */
  stop(): Promise<void>
}

const flushWithin = 2_000
const tellEvery = 300_000

/** Tells that spans are lost when that begins, and then every five minutes how many it were. */
const createLossReport = (log: Log, now = Date.now) => {
  let lost = 0
  let toldAt = Number.NEGATIVE_INFINITY
  return (spans: number, error: Error | undefined): void => {
    lost += spans
    if (now() - toldAt < tellEvery) return
    const reason = error && 'code' in error ? String(error.code) : (error?.name ?? 'unknown')
    log.warn({ lost, reason }, 'the collector of traces does not take them; nothing else is affected')
    toldAt = now()
    lost = 0
  }
}

/**
 * Switches traces on where a collector is set. Without one nothing of OpenTelemetry is loaded.
 * @param service what traces call this process
 */
export const startTracing = async (
  service: string,
  { otlpEndpoint, otlpHeaders, tracesRatio }: TracingConfig,
  log: Log,
): Promise<Tracing> => {
  if (otlpEndpoint === undefined) return { stop: async () => undefined }
  const { openTracer } = await import('./sdk.ts')
  const tracer = openTracer({
    service,
    endpoint: otlpEndpoint,
    headers: otlpHeaders?.() ?? {},
    ratio: tracesRatio,
    onLost: createLossReport(log),
  })
  useTracer(tracer)
  return {
    stop: async () => {
      useTracer(undefined)
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(late.resolve, flushWithin)
      await Promise.race([tracer.stop().catch(() => undefined), late.promise])
      clearTimeout(timer)
    },
  }
}
