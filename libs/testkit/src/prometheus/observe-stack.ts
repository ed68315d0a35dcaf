import { type NatsExporterCounterpart, startNatsExporterCounterpart } from '../counterparts/nats-exporter.ts'
import type { Stack } from '../stack-settings.ts'
import { type Prometheus, type PrometheusOptions, startPrometheus } from './prometheus.ts'

export type ObservedStack = Prometheus & { readonly exporter: NatsExporterCounterpart }

const address = (url: string): string => new URL(url).host

/** A Prometheus with the shipped configuration over a running stack: every service at its own metrics, NATS by the exporter's counterpart. */
export const observeStack = async (
  stack: Stack,
  options: Omit<PrometheusOptions, 'targets'>,
): Promise<ObservedStack> => {
  const exporter = await startNatsExporterCounterpart(stack.nats.monitorUrl)
  try {
    const services = Object.entries(stack.internal).map(([name, url]) => [`${name}:6970`, address(url)])
    const targets = { ...Object.fromEntries(services), 'nats-exporter:7777': exporter.target }
    const prometheus = await startPrometheus({ ...options, targets })
    return {
      ...prometheus,
      exporter,
      stop: async () => {
        await prometheus.stop()
        await exporter.stop()
      },
    }
  } catch (error) {
    await exporter.stop()
    throw error
  }
}
