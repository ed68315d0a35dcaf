import { Cluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster'
import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret'
import { Gateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway'
import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute'
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor'
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { CronJob } from 'kubernetes-models/batch/v1/CronJob'
import { Job } from 'kubernetes-models/batch/v1/Job'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { PriorityClass } from 'kubernetes-models/scheduling.k8s.io/v1/PriorityClass'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { Namespace } from 'kubernetes-models/v1/Namespace'
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim'
import { Secret } from 'kubernetes-models/v1/Secret'
import { Service } from 'kubernetes-models/v1/Service'
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount'
import type { KubernetesDocument } from './documents.ts'

type Model = { readonly apiVersion: string; readonly kind: string; readonly prototype: { validate(): void } }

const models: readonly Model[] = [
  Cluster,
  ConfigMap,
  CronJob,
  Deployment,
  ExternalSecret,
  Gateway,
  HTTPRoute,
  HorizontalPodAutoscaler,
  Job,
  Namespace,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  PodMonitor,
  PriorityClass,
  PrometheusRule,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
]

type Read = Map<object, Set<string>>

/** The same object, which notes what is looked at in it. */
const watched = <T>(value: T, read: Read): T => {
  if (typeof value !== 'object' || value === null) return value
  const seen = read.get(value) ?? new Set<string>()
  read.set(value, seen)
  return new Proxy(value, {
    get: (target, key, receiver) => {
      if (typeof key === 'string') seen.add(key)
      return watched(Reflect.get(target, key, receiver), read)
    },
  })
}

const unread = (value: unknown, read: Read, path: string): string[] => {
  if (typeof value !== 'object' || value === null) return []
  const seen = read.get(value)
  return Object.entries(value).flatMap(([key, part]) =>
    seen && !seen.has(key) ? [`${path}/${key}`] : unread(part, read, `${path}/${key}`),
  )
}

/**
 * What the published schemas say against a document. Kubernetes' schemas allow members that they do not know, a cluster drops
 * or refuses them: whatever validation has not even looked at is such a member.
 */
export const schemaFaults = (document: KubernetesDocument): string[] => {
  const model = models.find(({ apiVersion, kind }) => apiVersion === document.apiVersion && kind === document.kind)
  if (!model) return [`no schema is known of ${document.apiVersion} ${document.kind}`]
  const read: Read = new Map()
  try {
    model.prototype.validate.call(watched(document, read))
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
  return unread(document, read, '').map((path) => `${path} is no member that there is`)
}
