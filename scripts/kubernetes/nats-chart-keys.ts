import { z } from 'zod'

/**
 * What the Helm chart `nats` takes, since it publishes no schema: its keys, their kinds and defaults, written down by hand from
 * https://github.com/nats-io/k8s, helm/charts/nats/values.yaml.
 */
export const chartSource = { version: '1.3', commit: '0cdf8b84f34fda6050124b39e08a7ae29e63ca05' } as const

/** The chart merges this into what it makes: whatever that is may stand in it. */
const merge = z.record(z.string(), z.unknown()).default({})

/** A JSON Patch (RFC 6902), of which the chart knows all operations. */
const patch = z
  .array(
    z.strictObject({
      op: z.enum(['add', 'remove', 'replace', 'copy', 'move', 'test']),
      path: z.string().regex(/^(\/.*)?$/),
      from: z.string().optional(),
      value: z.unknown(),
    }),
  )
  .default([])

const on = (isOn: boolean) => z.boolean().default(isOn)
const port = (number: number) => z.int().min(1).max(65_535).default(number)
const text = z.string().nullish()
const quantity = z.string().regex(/^\d+(Ki|Mi|Gi|Ti)$/)

/** All of its members have defaults, so that it may be left out as a whole. */
const part = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).prefault({} as never)

const image = (repository: string, tag: string) =>
  part({
    repository: z.string().default(repository),
    tag: z.string().default(tag),
    pullPolicy: text,
    registry: text,
    digest: text,
    fullImageName: text,
  })
const env = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())])).default({})
const tls = (protocol: string) =>
  part({
    enabled: on(false),
    secretName: text,
    dir: z.string().default(`/etc/nats-certs/${protocol}`),
    cert: z.string().default('tls.crt'),
    key: z.string().default('tls.key'),
    merge,
    patch,
  })
const claim = (size: string) =>
  part({ enabled: on(true), size: quantity.default(size), storageClassName: text, merge, patch, name: text })
const resource = part({ merge, patch, name: text })
const optionalResource = (isOn: boolean) => part({ enabled: on(isOn), merge, patch, name: text })
const protocol = (name: string, number: number) =>
  part({ enabled: on(false), port: port(number), tls: tls(name), merge, patch })
const servicePort = (isOn: boolean) => z.looseObject({ enabled: on(isOn) }).prefault({})
const containerPort = z.record(z.string(), z.unknown()).default({})

const config = part({
  cluster: part({
    enabled: on(false),
    port: port(6222),
    replicas: z.int().min(2).default(3),
    routeURLs: part({
      user: text,
      password: text,
      useFQDN: on(false),
      k8sClusterDomain: z.string().default('cluster.local'),
    }),
    tls: tls('cluster'),
    merge,
    patch,
  }),
  jetstream: part({
    enabled: on(false),
    fileStore: part({
      enabled: on(true),
      dir: z.string().default('/data'),
      pvc: claim('10Gi'),
      maxSize: quantity.nullish(),
    }),
    memoryStore: part({ enabled: on(false), maxSize: quantity.default('1Gi') }),
    merge,
    patch,
  }),
  nats: part({ port: port(4222), tls: tls('nats') }),
  leafnodes: protocol('leafnodes', 7422),
  websocket: part({
    enabled: on(false),
    port: port(8080),
    tls: tls('websocket'),
    ingress: z.record(z.string(), z.unknown()).default({}),
    merge,
    patch,
  }),
  mqtt: protocol('mqtt', 1883),
  gateway: protocol('gateway', 7222),
  monitor: part({ enabled: on(true), port: port(8222), tls: part({ enabled: on(false) }) }),
  profiling: part({ enabled: on(false), port: port(65_432) }),
  resolver: part({ enabled: on(false), dir: z.string().default('/data/resolver'), pvc: claim('1Gi'), merge, patch }),
  serverNamePrefix: z.string().default(''),
  merge,
  patch,
})

/** Everything that may stand in the chart's values; parsed, also everything that the chart takes where nothing stands. */
export const ChartValues = z.strictObject({
  global: part({
    image: part({ pullPolicy: text, pullSecretNames: z.array(z.string()).default([]), registry: text }),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  nameOverride: text,
  fullnameOverride: text,
  namespaceOverride: text,
  tlsCA: part({
    enabled: on(false),
    configMapName: text,
    secretName: text,
    dir: z.string().default('/etc/nats-ca-cert'),
    key: z.string().default('ca.crt'),
  }),
  config,
  container: part({
    image: image('nats', '2.11.1-binary-alpine'),
    ports: part({
      nats: containerPort,
      leafnodes: containerPort,
      websocket: containerPort,
      mqtt: containerPort,
      cluster: containerPort,
      gateway: containerPort,
      monitor: containerPort,
      profiling: containerPort,
    }),
    env,
    merge,
    patch,
  }),
  reloader: part({
    enabled: on(true),
    image: image('natsio/nats-server-config-reloader', '0.17.1'),
    env,
    natsVolumeMountPrefixes: z.array(z.string()).default(['/etc/']),
    merge,
    patch,
  }),
  promExporter: part({
    enabled: on(false),
    image: image('natsio/prometheus-nats-exporter', '0.17.2'),
    port: port(7777),
    monitorDomain: z.string().default('localhost'),
    env,
    merge,
    patch,
    podMonitor: optionalResource(false),
  }),
  service: part({
    enabled: on(true),
    ports: part({
      nats: servicePort(true),
      leafnodes: servicePort(true),
      websocket: servicePort(true),
      mqtt: servicePort(true),
      cluster: servicePort(false),
      gateway: servicePort(false),
      monitor: servicePort(false),
      profiling: servicePort(false),
    }),
    merge,
    patch,
    name: text,
  }),
  statefulSet: resource,
  podTemplate: part({
    configChecksumAnnotation: on(true),
    topologySpreadConstraints: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
    merge,
    patch,
  }),
  headlessService: resource,
  configMap: resource,
  podDisruptionBudget: optionalResource(true),
  serviceAccount: optionalResource(false),
  natsBox: z.looseObject({ enabled: on(true) }).prefault({}),
  extraResources: z.array(z.record(z.string(), z.unknown())).default([]),
})
export type ChartValues = z.infer<typeof ChartValues>
