import { type Container, type KubernetesDocument, named, settingsIn } from './documents.ts'
import type { Overlay } from './render.ts'

type Change = (documents: KubernetesDocument[]) => void

const containerOf = (documents: readonly KubernetesDocument[], name: string) => {
  const template = named(documents, 'Deployment', name)?.spec?.template as { spec: { containers: Container[] } }
  return template.spec.containers[0] as { -readonly [K in keyof Container]: Container[K] }
}

const specOf = (documents: readonly KubernetesDocument[], kind: string, name: string) =>
  named(documents, kind, name)?.spec as Record<string, unknown>

const podOf = (documents: readonly KubernetesDocument[], kind: string, name: string) =>
  (specOf(documents, kind, name).template as { spec: Record<string, unknown> }).spec

const renameVariable =
  (name: string, from: string, to: string): Change =>
  (documents) => {
    const container = containerOf(documents, name)
    container.env = (container.env ?? []).map((one) => (one.name === from ? { ...one, name: to } : one))
  }

const setting =
  (name: string, value: string): Change =>
  (documents) => {
    Object.assign(settingsIn(documents), { [name]: value })
  }

const without =
  (kind: string, name: string): Change =>
  (documents) => {
    documents.splice(documents.indexOf(named(documents, kind, name) as KubernetesDocument), 1)
  }

/** Mistakes that somebody could make, each with what the checks must say to it. */
export const planted: readonly {
  readonly overlay?: Overlay
  readonly components?: readonly string[]
  readonly change: Change
  readonly found: RegExp
}[] = [
  {
    change: (documents) => Object.assign(specOf(documents, 'Deployment', 'push'), { replica: 2 }),
    found: /Deployment push: \/spec\/replica is no member/,
  },
  {
    change: (documents) => Object.assign(specOf(documents, 'Deployment', 'push'), { replicas: 'two' }),
    found: /Deployment push: .*must be integer/,
  },
  {
    change: renameVariable('gateway', 'KEZ_GATEWAY_NATS_SEED_FILE', 'GATEWAY_SEED_FILE'),
    found: /gateway: KEZ_GATEWAY_NATS_SEED_FILE is missing/,
  },
  { change: setting('STREAM_COPIES', '3'), found: /nobody reads STREAM_COPIES/ },
  { change: setting('KEZ_STREAM_REPLICAS', '2'), found: /KEZ_STREAM_REPLICAS=2 is refused/ },
  { change: setting('KEZ_INTERNAL_BIND', '0.0.0.0:7000'), found: /registry: livenessProbe does not ask port 7000/ },
  { change: setting('NODE_OPTIONS', '--max-old-space-size=400'), found: /a heap of 400 MB does not fit/ },
  {
    change: (documents) => {
      const container = containerOf(documents, 'registry')
      container.env = (container.env ?? []).map((one) => ({
        ...one,
        value: one.value?.replace('registry.nk', 'nk') ?? '',
      }))
    },
    found:
      /registry: \/keys\/nk is in no Secret[\s\S]*registry: has registry\.nk of kez-registry, and does not read it/,
  },
  {
    change: (documents) => {
      documents.push({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'kez-push' },
        data: { password: 'c2VjcmV0' },
      })
    },
    found: /kez-push: a Secret has its content in the repository/,
  },
  {
    change: (documents) => {
      containerOf(documents, 'auth').livenessProbe = { httpGet: { path: '/readyz', port: 'internal' } }
    },
    found: /auth: livenessProbe does not ask \/livez/,
  },
  {
    change: (documents) => {
      containerOf(documents, 'auth').securityContext = {}
    },
    found: /auth: may gain rights[\s\S]*auth: may write to its root[\s\S]*auth: keeps capabilities/,
  },
  {
    change: (documents) => {
      containerOf(documents, 'auth').image = 'registry.example.org/kez-chat:0.0.9'
    },
    found: /auth: is not version/,
  },
  { change: without('ServiceAccount', 'push'), found: /push: gets a key to the cluster/ },
  { change: without('Service', 'gateway'), found: /HTTPRoute gateway: there is no gateway:6969/ },
  { change: without('NetworkPolicy', 'default-deny'), found: /nothing is denied by default/ },
  { change: without('NetworkPolicy', 'to-postgres'), found: /egress: push does not reach postgres at 5432/ },
  {
    change: (documents) => Object.assign(specOf(documents, 'NetworkPolicy', 'to-internet'), { podSelector: {} }),
    found: /egress: gateway needlessly reaches internet at 443/,
  },
  {
    change: (documents) => {
      const [rule] = specOf(documents, 'NetworkPolicy', 'to-internet').egress as [{ to: { ipBlock: object }[] }]
      rule.to = [{ ipBlock: { cidr: '0.0.0.0/0' } }]
    },
    found: /169\.254\.169\.254 may be reached, and is not public/,
  },
  {
    change: (documents) => Object.assign(specOf(documents, 'NetworkPolicy', 'gateway'), { ingress: [{}] }),
    found: /ingress: another namespace needlessly reaches gateway at 6969/,
  },
  { change: setting('KEZ_STREAM_REPLICAS', '3'), found: /3 copies of each stream on 1 nodes/ },
  {
    overlay: 'ha',
    change: without('NetworkPolicy', 'nats-cluster'),
    found: /egress: nats does not reach nats at 6222/,
  },
  {
    overlay: 'ha',
    change: (documents) => Object.assign(specOf(documents, 'Cluster', 'postgres'), { instance: 3 }),
    found: /Cluster postgres: \/spec\/instance is no member/,
  },
  {
    overlay: 'ha',
    change: (documents) => Object.assign(specOf(documents, 'Cluster', 'postgres'), { imageName: 'x/postgresql:17.2' }),
    found: /postgresql:17\.2 is not the version of docker-compose\.yml/,
  },
  {
    overlay: 'ha',
    change: (documents) =>
      Object.assign(specOf(documents, 'HorizontalPodAutoscaler', 'gateway').scaleTargetRef as object, { name: 'gate' }),
    found: /HorizontalPodAutoscaler gateway: is for nothing/,
  },
  {
    overlay: 'ha',
    change: (documents) => Object.assign(specOf(documents, 'Deployment', 'gateway'), { replicas: 3 }),
    found: /gateway: its number is said, and counted by an autoscaler as well/,
  },
  {
    overlay: 'ha',
    change: (documents) =>
      Object.assign(specOf(documents, 'HorizontalPodAutoscaler', 'gateway'), { behavior: undefined }),
    found: /HorizontalPodAutoscaler gateway: ends several at once/,
  },
  {
    overlay: 'ha',
    change: (documents) => Object.assign(specOf(documents, 'Deployment', 'push'), { replicas: 1 }),
    found: /push: is there once alone/,
  },
  { overlay: 'ha', change: without('PodDisruptionBudget', 'nats'), found: /nats: has 0 PodDisruptionBudgets/ },
  {
    change: (documents) => Object.assign(specOf(documents, 'PodDisruptionBudget', 'auth'), { maxUnavailable: 0 }),
    found: /auth: its PodDisruptionBudget is not maxUnavailable: 1/,
  },
  {
    change: (documents) => Object.assign(podOf(documents, 'Deployment', 'push'), { topologySpreadConstraints: [] }),
    found: /push: may be all in one topology\.kubernetes\.io\/zone/,
  },
  {
    change: (documents) =>
      Object.assign(podOf(documents, 'Deployment', 'gateway'), { terminationGracePeriodSeconds: 25 }),
    found: /gateway: is killed before it has ended by itself/,
  },
  {
    change: (documents) => {
      containerOf(documents, 'gateway').lifecycle = {}
    },
    found: /gateway: ends before others know/,
  },
  {
    change: (documents) => {
      containerOf(documents, 'registry').startupProbe = {
        httpGet: { path: '/livez', port: 'internal' },
        periodSeconds: 2,
        failureThreshold: 5,
      }
    },
    found: /registry: is killed when it takes a minute to start/,
  },
  {
    change: (documents) =>
      Object.assign(podOf(documents, 'StatefulSet', 'nats'), { securityContext: { runAsNonRoot: true } }),
    found: /nats: has no seccomp profile/,
  },
  {
    change: (documents) => {
      const pod = podOf(documents, 'Deployment', 'push') as { volumes: object[] }
      pod.volumes.push({ name: 'node', hostPath: { path: '/' } })
    },
    found: /push: the volume node is of a kind that "restricted" refuses/,
  },
  {
    change: (documents) => {
      const container = containerOf(documents, 'gateway')
      container.ports = (container.ports ?? []).map((port) => ({ ...port, hostPort: port.containerPort }))
    },
    found: /gateway: has a port of its node/,
  },
  {
    change: (documents) => {
      containerOf(documents, 'auth').resources = { requests: { cpu: '50m', memory: '122Mi' } }
    },
    found: /auth: has no limit of memory/,
  },
  {
    change: (documents) => {
      const rules = specOf(documents, 'HTTPRoute', 'gateway').rules as { timeouts?: object }[]
      for (const rule of rules) rule.timeouts = { request: '60s' }
    },
    found: /HTTPRoute gateway: cuts streams off/,
  },
  {
    components: ['jobs'],
    change: (documents) =>
      Object.assign(podOf(documents, 'Job', 'streams').containers as object, [
        {
          ...(podOf(documents, 'Job', 'streams').containers as object[])[0],
          args: ['kez', 'admin', 'stream', 'apply'],
        },
      ]),
    found: /streams: there is no command "admin stream"|streams: .*there is no command/,
  },
  {
    components: ['jobs'],
    change: (documents) => Object.assign(specOf(documents, 'Job', 'migrate'), { ttlSecondsAfterFinished: undefined }),
    found: /migrate: is never put away/,
  },
  {
    components: ['jobs'],
    change: without('NetworkPolicy', 'from-migrate'),
    found: /ingress: migrate does not reach postgres at 5432/,
  },
  {
    components: ['external-secrets'],
    change: (documents) =>
      Object.assign((specOf(documents, 'ExternalSecret', 'kez-push-1').data as object[])[0] as object, {
        secretKey: 'nk',
      }),
    found: /kez-push-1: push\.nk does not come out of the vault[\s\S]*kez-push-1: nothing makes nk/,
  },
  {
    components: ['priority'],
    change: without('PriorityClass', 'kez-chat-data'),
    found: /nats: there is no PriorityClass kez-chat-data/,
  },
  {
    change: (documents) => {
      const [container] = podOf(documents, 'StatefulSet', 'nats').containers as { env: object[] }[]
      Object.assign(container?.env[0] ?? {}, { value: '126MiB' })
    },
    found: /nats: GOMEMLIMIT leaves too little of 128Mi/,
  },
]
