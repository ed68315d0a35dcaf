import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { services } from '../launcher/services.ts'
import {
  isOurs,
  type KubernetesDocument,
  named,
  type Selector,
  selects,
  settingsIn,
  type Workload,
  workloadsIn,
} from './documents.ts'

const root = join(import.meta.dirname, '..', '..')
const oldestNats = 2_014_004

type ServiceSpec = {
  readonly selector: Readonly<Record<string, string>>
  readonly ports: readonly { name: string; port: number; targetPort: string | number }[]
}

const portsOf = ({ pod }: Workload) => pod.containers.flatMap(({ ports = [] }) => ports)

const ofService = ({ metadata, spec }: KubernetesDocument, workloads: readonly Workload[]): string[] => {
  const { selector, ports } = spec as ServiceSpec
  const behind = workloads.filter(({ labels }) => selects({ matchLabels: selector }, labels))
  if (behind.length !== 1) return [`Service ${metadata.name}: leads to ${behind.length} workloads`]
  const offered = behind.flatMap(portsOf)
  return ports
    .filter(({ targetPort }) => !offered.some((one) => one.name === targetPort || one.containerPort === targetPort))
    .map(({ name }) => `Service ${metadata.name}: nothing listens at ${name}`)
}

const ofRoute = (route: KubernetesDocument, documents: readonly KubernetesDocument[]): string[] => {
  type Rule = {
    backendRefs?: { name: string; port: number }[]
    timeouts?: { request?: string; backendRequest?: string }
  }
  const rules = (route.spec?.rules ?? []) as Rule[]
  return rules.flatMap(({ backendRefs = [], timeouts }) =>
    backendRefs.flatMap(({ name, port }) => {
      const to = documents.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name)
      const there = (to?.spec as ServiceSpec | undefined)?.ports.some((one) => one.port === port)
      const endless = timeouts?.request === '0s' && timeouts.backendRequest === '0s'
      return [
        there ? '' : `HTTPRoute ${route.metadata.name}: there is no ${name}:${port}`,
        endless ? '' : `HTTPRoute ${route.metadata.name}: cuts streams off`,
      ].filter((fault) => fault !== '')
    }),
  )
}

/** The images of docker-compose.yml, which were tried. */
const composeImages = (): string[] => {
  const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: Record<string, { image: string }>
  }
  return Object.values(compose.services).map(({ image }) => image.replace(/^\$\{\w+:-(.*)\}$/, '$1'))
}

/** Whether a version of NATS has no known hole (docs/architecture.md §4). */
const isNatsNewEnough = (tag: string): boolean => {
  const [major = 0, minor = 0, patch = 0] = tag.split('-')[0]?.split('.').map(Number) ?? []
  return major * 1_000_000 + minor * 1_000 + patch >= oldestNats
}

const ofImages = (workloads: readonly Workload[]): string[] => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const tried = composeImages()
  return workloads.flatMap(({ name, pod }) =>
    pod.containers.flatMap((container) => {
      const { image } = container
      if (isOurs(container)) return image.endsWith(`:${version}`) ? [] : [`${name}: is not version ${version}`]
      const tag = image.slice(image.lastIndexOf(':') + 1)
      if (/(^|\/)nats:/.test(image) && !isNatsNewEnough(tag)) return [`${name}: ${image} is too old`]
      return tried.includes(image) ? [] : [`${name}: ${image} is not the one of docker-compose.yml`]
    }),
  )
}

const replicasOf = (document?: KubernetesDocument): number => Number(document?.spec?.replicas ?? 1)

/** Whether there are as many nodes as streams have copies, and the cluster of Postgres is of the version that was tried. */
const ofClusters = (documents: readonly KubernetesDocument[]): string[] => {
  const copies = Number(settingsIn(documents).KEZ_STREAM_REPLICAS)
  const nodes = replicasOf(named(documents, 'StatefulSet', 'nats'))
  const cluster = documents.find(({ kind }) => kind === 'Cluster')
  const image = String(cluster?.spec?.imageName ?? '')
  const version = /:(\d+\.\d+)/.exec(image)?.[1]
  const tried = composeImages().some((one) => one.includes(`/postgres:${version}-`))
  return [
    copies === nodes ? '' : `settings: ${copies} copies of each stream on ${nodes} nodes`,
    !cluster || tried ? '' : `Cluster ${cluster.metadata.name}: ${image} is not the version of docker-compose.yml`,
  ].filter((fault) => fault !== '')
}

const ofMonitor = ({ metadata, spec }: KubernetesDocument, workloads: readonly Workload[]): string[] => {
  const { selector, podMetricsEndpoints } = spec as { selector: Selector; podMetricsEndpoints: { port: string }[] }
  const seen = workloads.filter(({ labels }) => selects(selector, labels))
  const missing = podMetricsEndpoints.filter(
    ({ port }) => !seen.every((one) => portsOf(one).some((p) => p.name === port)),
  )
  const wanted = metadata.name === 'kez-chat' ? services.length : 1
  return seen.length === wanted && missing.length === 0
    ? []
    : [`PodMonitor ${metadata.name}: does not see everything that it is for`]
}

/** Whether Services, routes and budgets lead to what there is, and every image is one that was tried. */
export const linkFaults = (documents: readonly KubernetesDocument[]): string[] => {
  const workloads = workloadsIn(documents)
  const strays = documents.filter(
    ({ kind, metadata }) =>
      metadata.namespace !== 'kez-chat' &&
      !(kind === 'Namespace' && metadata.name === 'kez-chat') &&
      kind !== 'PriorityClass',
  )
  const unknownClasses = workloads.filter(
    ({ pod: { priorityClassName } }) => priorityClassName && !named(documents, 'PriorityClass', priorityClassName),
  )
  return [
    ...strays.map(({ kind, metadata }) => `${kind} ${metadata.name}: is outside of the namespace`),
    ...unknownClasses.map(({ name, pod }) => `${name}: there is no PriorityClass ${pod.priorityClassName}`),
    ...documents.flatMap((document) => {
      if (document.kind === 'Service') return ofService(document, workloads)
      if (document.kind === 'PodMonitor') return ofMonitor(document, workloads)
      if (document.kind === 'HTTPRoute') return ofRoute(document, documents)
      if (document.kind !== 'PodDisruptionBudget') return []
      const found = workloads.some(({ labels }) => selects(document.spec?.selector as Selector, labels))
      return found ? [] : [`PodDisruptionBudget ${document.metadata.name}: is for nothing`]
    }),
    ...ofImages(workloads),
    ...ofClusters(documents),
  ]
}
