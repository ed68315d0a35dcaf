import { routeRules } from '@kez-chat/contracts'
import { stopWithin } from '@kez-chat/runtime'
import { services } from '../launcher/services.ts'
import {
  type Container,
  environmentOf,
  type KubernetesDocument,
  named,
  type Probe,
  type Workload,
  workloadsIn,
} from './documents.ts'
import { bytesOf } from './quantity.ts'

/** Of the limit of memory, so much may be Go's; the rest is what it does not count. */
const mostOfMemory = 0.85

const ofContainer = (container: Container): string[] => {
  const { securityContext: rights = {}, resources = {}, ports = [], env = [] } = container
  const memory = bytesOf(resources.limits?.memory ?? '')
  const ofGo = env.find(({ name }) => name === 'GOMEMLIMIT')?.value?.replace(/B$/, '')
  const ownProfile = rights.seccompProfile?.type ?? 'RuntimeDefault'
  return [
    rights.runAsUser === 0 || rights.runAsNonRoot === false ? 'has a container of root' : '',
    ownProfile === 'RuntimeDefault' ? '' : 'has a container without a seccomp profile',
    ofGo === undefined || bytesOf(ofGo) <= memory * mostOfMemory
      ? ''
      : `GOMEMLIMIT leaves too little of ${resources.limits?.memory}`,
    ports.some(({ hostPort }) => hostPort !== undefined) ? 'has a port of its node' : '',
    rights.allowPrivilegeEscalation === false ? '' : 'may gain rights',
    rights.readOnlyRootFilesystem ? '' : 'may write to its root',
    rights.privileged ? 'is privileged' : '',
    rights.capabilities?.drop?.join() === 'ALL' && !rights.capabilities.add ? '' : 'keeps capabilities',
    resources.limits?.memory ? '' : 'has no limit of memory',
    resources.requests?.memory && resources.requests.cpu ? '' : 'does not say what it needs',
  ]
}

/** What Pod Security "restricted" lets a pod mount. */
const volumeKinds = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

/** Pod Security "restricted", and what we ask beyond it. */
const ofHardening = (documents: readonly KubernetesDocument[], { name, pod }: Workload): string[] => {
  const account = named(documents, 'ServiceAccount', pod.serviceAccountName ?? '')
  const faults = [
    pod.securityContext?.runAsNonRoot && pod.securityContext.runAsUser !== 0 ? '' : 'may run as root',
    pod.securityContext?.seccompProfile?.type === 'RuntimeDefault' ? '' : 'has no seccomp profile',
    pod.automountServiceAccountToken === false && account?.automountServiceAccountToken === false
      ? ''
      : 'gets a key to the cluster',
    account?.metadata.name === name ? '' : 'has no ServiceAccount of its own',
    pod.enableServiceLinks === false ? '' : 'gets variables of other Services',
    pod.hostNetwork || pod.hostPID || pod.hostIPC ? 'has a part of its node' : '',
    ...(pod.volumes ?? [])
      .filter((volume) => !volumeKinds.some((kind) => kind in volume))
      .map((volume) => `the volume ${volume.name} is of a kind that "restricted" refuses`),
    ...[...pod.containers, ...(pod.initContainers ?? [])].flatMap(ofContainer),
  ]
  return faults.filter((fault) => fault !== '').map((fault) => `${name}: ${fault}`)
}

const portOf = (bind = ''): number => Number(bind.slice(bind.lastIndexOf(':') + 1))

const probePort = ({ ports = [] }: Container, probe?: Probe): number | undefined => {
  const port = probe?.httpGet?.port
  return typeof port === 'string' ? ports.find(({ name }) => name === port)?.containerPort : port
}

const startsWithin = ({ periodSeconds = 10, failureThreshold = 3 }: Probe = {}): number =>
  periodSeconds * failureThreshold

/** A Job ends, whatever happens, and is put away after a while. */
const ofJob = ({ metadata, spec = {} }: KubernetesDocument): string[] =>
  [
    typeof spec.backoffLimit === 'number' ? '' : 'is tried for ever',
    typeof spec.activeDeadlineSeconds === 'number' ? '' : 'may hang for ever',
    typeof spec.ttlSecondsAfterFinished === 'number' ? '' : 'is never put away',
  ]
    .filter((fault) => fault !== '')
    .map((fault) => `${metadata.name}: ${fault}`)

/** Probes by the routes of the internal listener; only readiness looks further than the process itself. */
const ofProbes = (documents: readonly KubernetesDocument[], { name, pod }: Workload): string[] => {
  const [container] = pod.containers
  if (!container) return []
  const env = environmentOf(documents, container)
  const internal = portOf(env.KEZ_INTERNAL_BIND)
  const probes = { livenessProbe: '/livez', startupProbe: '/livez', readinessProbe: '/readyz' } as const
  const ofEach = Object.entries(probes).map(([kind, path]) => {
    const probe = container[kind as keyof typeof probes]
    const route = `INTERNAL GET ${probe?.httpGet?.path}`
    if (!(route in routeRules) || probe?.httpGet?.path !== path) return `${name}: ${kind} does not ask ${path}`
    return probePort(container, probe) === internal ? '' : `${name}: ${kind} does not ask port ${internal}`
  })
  const drain = container.lifecycle?.preStop?.sleep?.seconds ?? 0
  const grace = pod.terminationGracePeriodSeconds ?? 30
  const heap = Number(/--max-old-space-size=(\d+)/.exec(env.NODE_OPTIONS ?? '')?.[1] ?? Number.NaN)
  const limit = Number.parseInt(container.resources?.limits?.memory ?? '', 10)
  return [
    ...ofEach,
    drain > 0 ? '' : `${name}: ends before others know`,
    startsWithin(container.startupProbe) >= 60 ? '' : `${name}: is killed when it takes a minute to start`,
    grace > drain + stopWithin / 1000 ? '' : `${name}: is killed before it has ended by itself`,
    limit >= heap + 32 ? '' : `${name}: a heap of ${heap} MB does not fit into ${limit} MiB`,
    container.args?.join() === name ? '' : `${name}: does not run the part ${name}`,
  ].filter((fault) => fault !== '')
}

/** Whether pods have no more rights than they need, are watched by the right routes, and end without cutting anything off. */
export const podFaults = (documents: readonly KubernetesDocument[]): string[] => [
  ...workloadsIn(documents).flatMap((workload) => [
    ...ofHardening(documents, workload),
    ...(services.some(({ name }) => name === workload.name) ? ofProbes(documents, workload) : []),
  ]),
  ...documents.filter(({ kind }) => kind === 'Job').flatMap(ofJob),
]
