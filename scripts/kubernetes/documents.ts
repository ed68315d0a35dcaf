/** The parts of Kubernetes' objects that the checks look at; the schemas have been checked before. */
export type Labels = Readonly<Record<string, string>>

export type Selector = {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[]
}

type SecretItems = { readonly items?: readonly { key: string; path: string }[] }

type Volume = {
  readonly name: string
  readonly secret?: SecretItems & { readonly secretName: string }
  readonly configMap?: { readonly name: string }
  readonly projected?: { readonly sources: readonly { secret?: SecretItems & { readonly name: string } }[] }
  readonly hostPath?: unknown
}

export type Probe = {
  readonly httpGet?: { path: string; port: string | number }
  readonly exec?: unknown
  readonly periodSeconds?: number
  readonly failureThreshold?: number
}

export type Container = {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly { name: string; value?: string }[]
  readonly envFrom?: readonly { configMapRef?: { name: string } }[]
  readonly ports?: readonly { name: string; containerPort: number; hostPort?: number }[]
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels }
  readonly volumeMounts?: readonly { name: string; mountPath: string; readOnly?: boolean }[]
  readonly securityContext?: {
    readonly runAsUser?: number
    readonly runAsNonRoot?: boolean
    readonly seccompProfile?: { readonly type: string }
    readonly allowPrivilegeEscalation?: boolean
    readonly readOnlyRootFilesystem?: boolean
    readonly privileged?: boolean
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] }
  }
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly startupProbe?: Probe
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { seconds: number } } }
}

type PodSpec = {
  readonly serviceAccountName?: string
  readonly automountServiceAccountToken?: boolean
  readonly enableServiceLinks?: boolean
  readonly hostNetwork?: boolean
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly terminationGracePeriodSeconds?: number
  readonly priorityClassName?: string
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean
    readonly runAsUser?: number
    readonly fsGroup?: number
    readonly seccompProfile?: { readonly type: string }
  }
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly volumes?: readonly Volume[]
  readonly topologySpreadConstraints?: readonly { topologyKey: string; labelSelector?: Selector }[]
}

type PodTemplate = { readonly metadata?: { readonly labels?: Labels }; readonly spec: PodSpec }

export type KubernetesDocument = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels }
  readonly data?: Labels
  readonly automountServiceAccountToken?: boolean
  readonly spec?: Readonly<Record<string, unknown>>
}

/** Something that makes pods. */
export type Workload = {
  readonly name: string
  readonly kind: string
  readonly labels: Labels
  /** Undefined where nothing is said. */
  readonly replicas: number | undefined
  readonly pod: PodSpec
}

const templateOf = ({ kind, spec = {} }: KubernetesDocument): PodTemplate | undefined => {
  if (kind === 'Deployment' || kind === 'StatefulSet' || kind === 'Job') return spec.template as PodTemplate
  if (kind === 'CronJob') return (spec.jobTemplate as { spec: { template: PodTemplate } }).spec.template
  return undefined
}

export const workloadsIn = (documents: readonly KubernetesDocument[]): Workload[] =>
  documents.flatMap((document) => {
    const template = templateOf(document)
    if (!template) return []
    const { name } = document.metadata
    const { replicas } = document.spec ?? {}
    const labels = template.metadata?.labels ?? {}
    return [{ name, kind: document.kind, labels, replicas: replicas as number | undefined, pod: template.spec }]
  })

export const named = (
  documents: readonly KubernetesDocument[],
  kind: string,
  name: string,
): KubernetesDocument | undefined => documents.find((one) => one.kind === kind && one.metadata.name === name)

/** Whether labels are meant; an empty selector means everything. */
export const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, operator, values = [] }) => {
    if (operator === 'In') return values.includes(labels[key] ?? '')
    if (operator === 'Exists') return key in labels
    throw new Error(`The checks know no operator ${operator} of a selector.`)
  })

/** What a container finds in its environment, its own variables over those of ConfigMaps. */
export const environmentOf = (
  documents: readonly KubernetesDocument[],
  { env = [], envFrom = [] }: Container,
): Record<string, string> => {
  const shared = envFrom.map(({ configMapRef }) => named(documents, 'ConfigMap', configMapRef?.name ?? '')?.data ?? {})
  return Object.assign({}, ...shared, Object.fromEntries(env.map(({ name, value = '' }) => [name, value])))
}

/** Whether a container is of our image. */
export const isOurs = ({ image }: Container): boolean => /(^|\/)kez-chat(:|$)/.test(image)

/** The settings that all services are given; kustomize adds a hash to their name. */
export const settingsIn = (documents: readonly KubernetesDocument[]): Labels =>
  documents.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('kez-settings'))?.data ?? {}
