import { createServiceMetrics, processMetrics, readyMetrics } from '@kez-chat/runtime'
import { Registry } from 'prom-client'
import { createMetrics as gateway } from '../../services/gateway/src/metrics.ts'
import { createMetrics as push } from '../../services/push/src/metrics.ts'
import { createMetrics as auth } from '../../services/registry/src/auth/metrics.ts'
import { createMetrics as registry } from '../../services/registry/src/metrics.ts'
import { createHomeRelayMetrics } from '../../services/relay-bridge/src/home-relay/metrics.ts'
import { createMetrics as relayBridge } from '../../services/relay-bridge/src/metrics.ts'

export type KnownMetric = {
  readonly name: string
  readonly type: string
  readonly labels: readonly string[]
  readonly help: string
}

export type MetricGroup = { readonly title: string; readonly metrics: readonly KnownMetric[] }

type Described = { readonly name: string; readonly help: string; readonly labelNames?: readonly string[] }

const metricsOf = async (register: Registry): Promise<KnownMetric[]> => {
  const types = new Map((await register.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)]))
  return register.getMetricsAsArray().map((metric) => {
    const { name, help, labelNames = [] } = metric as Described
    return { name, help, type: types.get(name) ?? '', labels: labelNames }
  })
}

const shared = (): Registry => {
  const register = new Registry()
  createServiceMetrics(register, { service: '', version: '' })
  return register
}

const bridge = (): Registry => {
  const { registry: register } = relayBridge()
  createHomeRelayMetrics(register, () => 0)
  return register
}

const none = { projections: () => ({ people: undefined, chains: undefined }) }

/** Every metric that a service of ours has, by service; made as the services make them. */
export const serviceMetrics = async (): Promise<MetricGroup[]> => [
  { title: 'Every service', metrics: [...(await metricsOf(readyMetrics([]))), ...(await metricsOf(shared()))] },
  { title: 'Gateway', metrics: await metricsOf(gateway().registry) },
  {
    title: 'Registry',
    metrics: await metricsOf(
      registry({ ...none, reactions: () => ({ directory_repair: undefined, settlement: undefined }) }).register,
    ),
  },
  { title: 'Auth responder', metrics: await metricsOf(auth({ depth: () => 0, serverTimeoutSeconds: 0 }).register) },
  { title: 'Relay bridge', metrics: await metricsOf(bridge()) },
  { title: 'Push', metrics: await metricsOf(push(() => undefined).registry) },
  { title: 'Process', metrics: await metricsOf(processMetrics()) },
]
