import type { KubernetesDocument } from './documents.ts'
import { merged, patched } from './merge.ts'
import { type ChartValues, chartSource } from './nats-chart-keys.ts'

// A stand-in for helm, which is not on every machine, as the chart itself is not: it makes what the official chart makes of
// the values that we set, as the release `nats`, and nothing of what we leave off. It is here to be checked, not to be applied.

type Json = Record<string, unknown>
type Changes = { readonly merge: Json; readonly patch: ChartValues['statefulSet']['patch'] }

const changed = (document: Json, { merge, patch }: Changes): Json => patched(merged(document, merge), patch)

const name = 'nats'
const headless = `${name}-headless`
const namespace = 'kez-chat'
const claim = `${name}-js`
const selector = {
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': name,
  'app.kubernetes.io/component': 'nats',
}
const labels = {
  ...selector,
  'helm.sh/chart': `nats-${chartSource.version}`,
  'app.kubernetes.io/managed-by': 'Helm',
}
const metadata = (own: string) => ({ name: own, namespace, labels })

/** Without the reloader there is no volume for it. */
const pidFile = ({ reloader }: ChartValues) => (reloader.enabled ? '/var/run/nats/nats.pid' : '/var/run/nats.pid')

const clusterConfig = ({ config: { cluster } }: ChartValues): Json =>
  changed(
    {
      name,
      port: cluster.port,
      no_advertise: true,
      routes: Array.from({ length: cluster.replicas }, (_, index) => `nats://${name}-${index}.${headless}:6222`),
    },
    cluster,
  )

const jetstreamConfig = ({ config: { jetstream } }: ChartValues): Json => {
  const { fileStore, memoryStore } = jetstream
  return changed(
    {
      max_memory_store: memoryStore.enabled ? `<< ${memoryStore.maxSize} >>` : 0,
      store_dir: fileStore.dir,
      max_file_store: `<< ${fileStore.maxSize ?? fileStore.pvc.size} >>`,
    },
    jetstream,
  )
}

/** The configuration of nats-server before it is written down. */
export const chartConfig = (values: ChartValues): Json => {
  const { config } = values
  return changed(
    {
      server_name: '<< $SERVER_NAME >>',
      lame_duck_grace_period: '10s',
      lame_duck_duration: '30s',
      pid_file: pidFile(values),
      port: config.nats.port,
      ...(config.cluster.enabled ? { cluster: clusterConfig(values) } : {}),
      ...(config.monitor.enabled ? { http_port: config.monitor.port } : {}),
      ...(config.jetstream.enabled ? { jetstream: jetstreamConfig(values) } : {}),
    },
    config,
  )
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  )
}

/** As the chart writes it: JSON with sorted keys, includes in it, and `<< 1MB >>` without quotes. */
export const formatConfig = (config: Json): string =>
  JSON.stringify(sorted(config), null, 2)
    .replaceAll(/"[^"\n]*\$include": "(.*)",?/g, 'include $1;')
    .replaceAll(/"<<\s+(.*?)\s+>>"/g, '$1')

const imageOf = ({ registry, repository, tag }: ChartValues['container']['image']) =>
  `${registry ? `${registry}/` : ''}${repository}:${tag}`

const environment = (env: ChartValues['container']['env']) =>
  Object.entries(env).map(([key, value]) =>
    typeof value === 'string' ? { name: key, value } : { name: key, ...value },
  )

const portsOf = ({ config }: ChartValues) => [
  { name: 'nats', port: config.nats.port },
  ...(config.cluster.enabled ? [{ name: 'cluster', port: config.cluster.port }] : []),
  ...(config.monitor.enabled ? [{ name: 'monitor', port: config.monitor.port }] : []),
]

const probe = (path: string, periodSeconds: number, failureThreshold: number) => ({
  httpGet: { path, port: 'monitor' },
  initialDelaySeconds: 10,
  timeoutSeconds: 5,
  periodSeconds,
  successThreshold: 1,
  failureThreshold,
})

const natsContainer = (values: ChartValues): Json => {
  const { container, config } = values
  return changed(
    {
      name: 'nats',
      image: imageOf(container.image),
      ports: portsOf(values).map((port) => ({ name: port.name, containerPort: port.port })),
      args: ['--config', '/etc/nats-config/nats.conf'],
      env: [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'SERVER_NAME', value: `${config.serverNamePrefix}$(POD_NAME)` },
        ...environment(container.env),
      ],
      lifecycle: { preStop: { exec: { command: ['nats-server', `-sl=ldm=${pidFile(values)}`] } } },
      startupProbe: probe('/healthz', 10, 90),
      readinessProbe: probe('/healthz?js-server-only=true', 10, 3),
      livenessProbe: probe('/healthz?js-enabled-only=true', 30, 3),
      volumeMounts: [
        { name: 'config', mountPath: '/etc/nats-config' },
        { name: claim, mountPath: config.jetstream.fileStore.dir },
      ],
    },
    container,
  )
}

const exporterContainer = ({ promExporter, config }: ChartValues): Json =>
  changed(
    {
      name: 'prom-exporter',
      image: imageOf(promExporter.image),
      ports: [{ name: 'prom-metrics', containerPort: promExporter.port }],
      args: [
        `-port=${promExporter.port}`,
        '-connz',
        '-routez',
        '-subz',
        '-varz',
        '-prefix=nats',
        '-use_internal_server_id',
        '-jsz=all',
        `http://${promExporter.monitorDomain}:${config.monitor.port}/`,
      ],
    },
    promExporter,
  )

const podTemplate = (values: ChartValues): Json => {
  const { serviceAccount, promExporter, podTemplate: template } = values
  const constraints = Object.entries(template.topologySpreadConstraints).map(([topologyKey, constraint]) => ({
    topologyKey,
    labelSelector: { matchLabels: selector },
    ...constraint,
  }))
  return changed(
    {
      metadata: { labels },
      spec: {
        containers: [natsContainer(values), ...(promExporter.enabled ? [exporterContainer(values)] : [])],
        enableServiceLinks: false,
        ...(serviceAccount.enabled ? { serviceAccountName: name } : {}),
        volumes: [{ name: 'config', configMap: { name: `${name}-config` } }],
        ...(constraints.length > 0 ? { topologySpreadConstraints: constraints } : {}),
      },
    },
    template,
  )
}

const statefulSet = (values: ChartValues): Json => {
  const { cluster, jetstream } = values.config
  const { pvc } = jetstream.fileStore
  return changed(
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: metadata(name),
      spec: {
        selector: { matchLabels: selector },
        replicas: cluster.enabled ? cluster.replicas : 1,
        serviceName: headless,
        podManagementPolicy: 'Parallel',
        template: podTemplate(values),
        volumeClaimTemplates: [
          changed(
            {
              apiVersion: 'v1',
              kind: 'PersistentVolumeClaim',
              metadata: { name: claim },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: pvc.size } } },
            },
            pvc,
          ),
        ],
      },
    },
    values.statefulSet,
  )
}

const services = (values: ChartValues): Json[] => {
  const { service, headlessService } = values
  const open = Object.entries(service.ports).flatMap(([key, { enabled }]) => (enabled ? [key] : []))
  const ports = portsOf(values).map((port) => ({ ...port, targetPort: port.name }))
  return [
    changed(
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: metadata(name),
        spec: { selector, ports: ports.filter((port) => open.includes(port.name)) },
      },
      service,
    ),
    changed(
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: metadata(headless),
        spec: { selector, ports, clusterIP: 'None', publishNotReadyAddresses: true },
      },
      headlessService,
    ),
  ]
}

/** The objects that the chart makes of our values. */
export const chartDocuments = (values: ChartValues): KubernetesDocument[] => {
  const { configMap, podDisruptionBudget, promExporter, serviceAccount } = values
  const { podMonitor } = promExporter
  const all: Json[] = [
    changed(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: metadata(`${name}-config`),
        data: { 'nats.conf': formatConfig(chartConfig(values)) },
      },
      configMap,
    ),
    statefulSet(values),
    ...services(values),
  ]
  if (podDisruptionBudget.enabled)
    all.push(
      changed(
        {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: metadata(name),
          spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
        },
        podDisruptionBudget,
      ),
    )
  if (serviceAccount.enabled)
    all.push(changed({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(name) }, serviceAccount))
  if (promExporter.enabled && podMonitor.enabled)
    all.push(
      changed(
        {
          apiVersion: 'monitoring.coreos.com/v1',
          kind: 'PodMonitor',
          metadata: metadata(name),
          spec: { selector: { matchLabels: selector }, podMetricsEndpoints: [{ port: 'prom-metrics' }] },
        },
        podMonitor,
      ),
    )
  return all as KubernetesDocument[]
}
