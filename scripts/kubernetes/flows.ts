import { BlockList, isIPv4 } from 'node:net'
import { isPublicAddress } from '@kez-chat/outbound'
import { natsPorts } from '../launcher/servers.ts'
import { services } from '../launcher/services.ts'
import {
  environmentOf,
  isOurs,
  type KubernetesDocument,
  type Labels,
  type Selector,
  selects,
  type Workload,
  workloadsIn,
} from './documents.ts'

type Peer = {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}
type Rule = {
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
  readonly ports?: readonly { port: number; protocol?: string }[]
}
type Policy = {
  readonly podSelector: Selector
  readonly policyTypes: readonly string[]
  readonly ingress?: readonly Rule[]
  readonly egress?: readonly Rule[]
}

/** An end of a flow: a pod of ours, one of another namespace, or an address. */
type End = {
  readonly name: string
  readonly labels: Labels
  readonly namespace?: Labels
  readonly address?: string
}
type Flow = { readonly from: string; readonly to: string; readonly port: number }

const policiesIn = (documents: readonly KubernetesDocument[]): Policy[] =>
  documents.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec as Policy)

const inBlock = ({ cidr, except = [] }: NonNullable<Peer['ipBlock']>, address: string): boolean => {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  const holds = (network: string): boolean => {
    const [net = '', bits] = network.split('/')
    if ((isIPv4(net) ? 'ipv4' : 'ipv6') !== family) return false
    const list = new BlockList()
    list.addSubnet(net, Number(bits), family)
    return list.check(address, family)
  }
  return holds(cidr) && !except.some(holds)
}

const isPeer = ({ podSelector, namespaceSelector, ipBlock }: Peer, end: End): boolean => {
  if (ipBlock) return end.address !== undefined && inBlock(ipBlock, end.address)
  if (end.address !== undefined) return false
  const space = namespaceSelector
    ? end.namespace !== undefined && selects(namespaceSelector, end.namespace)
    : end.namespace === undefined
  return space && selects(podSelector ?? {}, end.labels)
}

const allows = (policies: readonly Policy[], side: 'ingress' | 'egress', own: End, other: End, port: number): boolean =>
  policies
    .filter(({ podSelector, policyTypes }) =>
      policyTypes.includes(side === 'ingress' ? 'Ingress' : 'Egress') ? selects(podSelector, own.labels) : false,
    )
    .flatMap((policy) => policy[side] ?? [])
    .some((rule) => {
      const peers = side === 'ingress' ? rule.from : rule.to
      const ports = rule.ports?.some((one) => one.port === port) ?? true
      return ports && (peers?.some((peer) => isPeer(peer, other)) ?? true)
    })

/** Whether a service calls hosts on the internet: where its own settings name some, or let some be named. */
const callsOut = (settings: (typeof services)[number]['settings']): boolean =>
  Object.values(settings).some(
    ({ env, default: text = '' }) => /^(wss|https):\/\//.test(text) || env === 'KEZ_PUSH_HOSTS',
  )

const portOf = (address = ''): number => Number(/:(\d+)(\/|$)/.exec(address)?.[1] ?? 0)
const postgresPort = 5432
const dnsPort = 53
const postgresStatusPort = 8000

/** Who has to reach whom, by what the code itself is set to. */
const neededFlows = (documents: readonly KubernetesDocument[]): Flow[] => {
  const workloads = workloadsIn(documents)
  const environment = (name: string) => {
    const container = workloads.find((workload) => workload.name === name)?.pod.containers[0]
    return container ? environmentOf(documents, container) : {}
  }
  const callers = workloads.filter(({ pod }) => pod.containers.some(isOurs)).map(({ name }) => name)
  return [
    ...callers.flatMap((from): Flow[] => {
      const env = environment(from)
      return [
        { from, to: 'dns', port: dnsPort },
        ...(Object.keys(env).some((one) => one.endsWith('_NATS_SEED_FILE'))
          ? [{ from, to: 'nats', port: portOf(env.NATS_URL) }]
          : []),
        ...(env.DATABASE_URL_FILE ? [{ from, to: 'postgres', port: postgresPort }] : []),
        ...(env.KEZ_NATS_MONITOR_URL ? [{ from, to: 'nats', port: natsPorts.monitor }] : []),
      ]
    }),
    ...services.flatMap(({ name, settings }): Flow[] => {
      const env = environment(name)
      const internal = portOf(env.KEZ_INTERNAL_BIND)
      return [
        { from: 'operator', to: name, port: internal },
        { from: 'metrics', to: name, port: internal },
        ...('bind' in settings ? [{ from: 'proxy', to: name, port: portOf(env.KEZ_CHAT_BIND) }] : []),
        ...(callsOut(settings) ? [{ from: name, to: 'internet', port: 443 }] : []),
      ]
    }),
  ]
}

type Inherited = { readonly inheritedMetadata?: { readonly labels?: Labels } }

/** Among nodes of NATS, and for its metrics: by the ports that its pods have. */
const flowsOfNats = (workloads: readonly Workload[]): Flow[] => {
  const ports = workloads.find(({ name }) => name === 'nats')?.pod.containers.flatMap((one) => one.ports ?? []) ?? []
  return ports.flatMap(({ name, containerPort: port }): Flow[] => {
    if (name === 'prom-metrics') return [{ from: 'metrics', to: 'nats', port }]
    if (name !== 'cluster') return []
    return [
      { from: 'nats', to: 'nats', port },
      { from: 'nats', to: 'dns', port: dnsPort },
    ]
  })
}

/** What CloudNativePG makes of the overlay `ha`. */
const madeElsewhere = (documents: readonly KubernetesDocument[]): { ends: End[]; flows: Flow[] } => {
  const cluster = documents.find(({ kind }) => kind === 'Cluster')
  if (!cluster) return { ends: [], flows: [] }
  const { inheritedMetadata } = cluster.spec as Inherited
  return {
    ends: [{ name: 'postgres', labels: { ...inheritedMetadata?.labels, 'cnpg.io/cluster': cluster.metadata.name } }],
    flows: [
      { from: 'postgres', to: 'postgres', port: postgresPort },
      { from: 'postgres', to: 'postgres', port: postgresStatusPort },
      { from: 'postgres', to: 'dns', port: dnsPort },
      { from: 'cloudnative-pg', to: 'postgres', port: postgresStatusPort },
    ],
  }
}

const outside: readonly End[] = [
  { name: 'dns', labels: { 'k8s-app': 'kube-dns' }, namespace: { 'kubernetes.io/metadata.name': 'kube-system' } },
  { name: 'proxy', labels: {}, namespace: { 'kez-chat/proxy': 'true' } },
  { name: 'metrics', labels: {}, namespace: { 'kez-chat/metrics': 'true' } },
  { name: 'cloudnative-pg', labels: {}, namespace: { 'kubernetes.io/metadata.name': 'cnpg-system' } },
  { name: 'another namespace', labels: { 'app.kubernetes.io/name': 'registry' }, namespace: {} },
  { name: 'internet', labels: {}, address: '1.1.1.1' },
]

const addressesAround = (cidr: string): string[] => {
  const [net = '', bits] = cidr.split('/')
  if (!isIPv4(net)) return [net]
  const first = net.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const last = first + 2 ** (32 - Number(bits)) - 1
  return [first - 1, first, last, last + 1]
    .filter((value) => value >= 0 && value < 2 ** 32)
    .map((value) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.'))
}

/** The internet is what `libs/outbound` takes for it: no address of a private network, no metadata of a cloud. */
const internetFaults = (policies: readonly Policy[]): string[] => {
  const ofServices = policies.filter(({ podSelector }) =>
    services.some(({ name }) => selects(podSelector, { 'app.kubernetes.io/name': name, 'kez-chat/kind': 'service' })),
  )
  const blocks = ofServices
    .flatMap(({ egress = [] }) => egress)
    .flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock] : [])))
  const samples = [
    ...blocks.flatMap(({ except = [] }) => except.flatMap(addressesAround)),
    ...['10.1.2.3', '172.20.0.1', '192.168.1.1', '169.254.169.254', '168.63.129.16', '100.100.0.1', '127.0.0.1'],
    ...['::1', 'fe80::1', 'fd00::1', 'ff02::1', '2001:db8::1', '2002:a00::1', '2606:4700:4700::1111', '8.8.8.8'],
  ]
  return [...new Set(samples)].flatMap((address) => {
    const open = blocks.some((block) => inBlock(block, address))
    if (open === isPublicAddress(address)) return []
    return [open ? `${address} may be reached, and is not public` : `${address} is public, and out of reach`]
  })
}

/** Whether NetworkPolicies let through exactly what the services need, on both sides of each flow. */
export const flowFaults = (documents: readonly KubernetesDocument[]): string[] => {
  const policies = policiesIn(documents)
  const elsewhere = madeElsewhere(documents)
  const pods: End[] = [...workloadsIn(documents).map(({ name, labels }) => ({ name, labels })), ...elsewhere.ends]
  const needed = [...neededFlows(documents), ...flowsOfNats(workloadsIn(documents)), ...elsewhere.flows]
  const ports = [...new Set([...needed.map(({ port }) => port), ...Object.values(natsPorts), 80, 443])]
  const denied = policies.some(
    ({ podSelector, policyTypes, ingress, egress }) =>
      selects(podSelector, {}) && policyTypes.length === 2 && !ingress && !egress,
  )
  const faults: string[] = denied ? [] : ['nothing is denied by default']
  const compare = (side: 'ingress' | 'egress', own: End, other: End, port: number): void => {
    const [from, to] = side === 'egress' ? [own, other] : [other, own]
    const wanted = needed.some((flow) => flow.from === from.name && flow.to === to.name && flow.port === port)
    if (allows(policies, side, own, other, port) === wanted) return
    faults.push(`${side}: ${from.name} ${wanted ? 'does not reach' : 'needlessly reaches'} ${to.name} at ${port}`)
  }
  for (const own of pods)
    for (const other of [...pods, ...outside])
      for (const port of ports) {
        compare('egress', own, other, port)
        compare('ingress', own, other, port)
      }
  return [...faults, ...internetFaults(policies)]
}
