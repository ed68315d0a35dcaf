import { z } from 'zod'
import { services } from '../launcher/services.ts'
import {
  type KubernetesDocument,
  named,
  type Selector,
  selects,
  settingsIn,
  type Workload,
  workloadsIn,
} from './documents.ts'

const Autoscaler = z.object({
  minReplicas: z.number().default(1),
  maxReplicas: z.number(),
  scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
  behavior: z
    .object({
      scaleDown: z
        .object({
          stabilizationWindowSeconds: z.number().default(300),
          policies: z.array(z.object({ type: z.string(), value: z.number(), periodSeconds: z.number() })).default([]),
        })
        .optional(),
    })
    .optional(),
})
type Autoscaler = z.infer<typeof Autoscaler>

const autoscalersIn = (documents: readonly KubernetesDocument[]) =>
  documents
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
    .map(({ metadata, spec }) => ({ name: metadata.name, spec: Autoscaler.parse(spec) }))

const ofAutoscaler = (documents: readonly KubernetesDocument[], name: string, spec: Autoscaler): string[] => {
  const { kind, name: target } = spec.scaleTargetRef
  const scaled = named(documents, kind, target)
  if (!scaled) return [`HorizontalPodAutoscaler ${name}: is for nothing`]
  const { scaleDown } = spec.behavior ?? {}
  const few = scaleDown?.policies.every(
    ({ type, value, periodSeconds }) => type === 'Pods' && value === 1 && periodSeconds >= 60,
  )
  return [
    // Each `kubectl apply` would set the number back.
    scaled.spec?.replicas === undefined ? '' : `${target}: its number is said, and counted by an autoscaler as well`,
    spec.minReplicas >= 2 && spec.maxReplicas > spec.minReplicas ? '' : `HorizontalPodAutoscaler ${name}: has no room`,
    // One that goes sends its open streams to the others.
    scaleDown && scaleDown.policies.length > 0 && few
      ? ''
      : `HorizontalPodAutoscaler ${name}: ends several at once, with all of their streams`,
  ].filter((fault) => fault !== '')
}

const Budget = z.object({
  maxUnavailable: z.literal(1),
  selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
})

/** Nodes may be emptied one after the other: never two pods of a kind at once, and never none. */
const ofBudget = (documents: readonly KubernetesDocument[], { name, labels }: Workload): string[] => {
  const budgets = documents.filter(
    ({ kind, spec }) => kind === 'PodDisruptionBudget' && selects(spec?.selector as Selector, labels),
  )
  if (budgets.length !== 1) return [`${name}: has ${budgets.length} PodDisruptionBudgets`]
  return Budget.safeParse(budgets[0]?.spec).success ? [] : [`${name}: its PodDisruptionBudget is not maxUnavailable: 1`]
}

const spread = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname']

const ofSpread = ({ name, pod, labels }: Workload): string[] =>
  spread
    .filter(
      (key) =>
        !pod.topologySpreadConstraints?.some(
          ({ topologyKey, labelSelector }) => topologyKey === key && labelSelector && selects(labelSelector, labels),
        ),
    )
    .map((key) => `${name}: may be all in one ${key}`)

/**
 * Whether what there is several times of stands apart, is never ended all at once, and is counted by one hand. Where streams
 * have several copies, every service is there several times.
 */
export const scalingFaults = (documents: readonly KubernetesDocument[]): string[] => {
  const autoscalers = autoscalersIn(documents)
  const isHa = Number(settingsIn(documents).KEZ_STREAM_REPLICAS) > 1
  const workloads = workloadsIn(documents)
  const ofServices = workloads.filter(({ name }) => services.some((service) => service.name === name))
  const replicated = workloads.filter((one) => ofServices.includes(one) || (one.replicas ?? 1) > 1)
  const alone = ofServices.filter(
    ({ name, replicas }) =>
      isHa && (replicas ?? 1) < 2 && !autoscalers.some(({ spec }) => spec.scaleTargetRef.name === name),
  )
  return [
    ...autoscalers.flatMap(({ name, spec }) => ofAutoscaler(documents, name, spec)),
    ...replicated.flatMap((workload) => [...ofBudget(documents, workload), ...ofSpread(workload)]),
    ...alone.map(({ name }) => `${name}: is there once alone`),
  ]
}
