import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { type KubernetesDocument, workloadsIn } from '../../scripts/kubernetes/documents.ts'
import { findKustomize } from '../../scripts/kubernetes/kustomize.ts'
import { chartDocuments } from '../../scripts/kubernetes/nats-chart.ts'
import { chartValues, savedNatsValues } from '../../scripts/kubernetes/nats-values.ts'
import { components, overlays, render } from '../../scripts/kubernetes/render.ts'
import { services } from '../../scripts/launcher/services.ts'
import { repository } from './compose-file.ts'

const page = readFileSync(join(repository, 'docs', 'operations.md'), 'utf8')
const section = /^## Kubernetes$([\s\S]*?)^## /m.exec(page)?.[1] ?? ''
const all: KubernetesDocument[] = []
beforeAll(async () => {
  const kustomize = await findKustomize()
  for (const overlay of overlays) all.push(...(await render(kustomize, overlay, components())))
  all.push(...chartDocuments(chartValues(savedNatsValues())))
})

/** CloudNativePG makes it. */
const madeElsewhere = ['service/postgres-rw']

it('what the page has kubectl do something with is in the manifests', () => {
  const known = new Set([
    ...all.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`),
    ...madeElsewhere,
  ])
  const said = [...section.matchAll(/\b(?:deployment|statefulset|cronjob|job|service)\/[a-z-]+\b/g)].map(
    ([name]) => name,
  )
  expect(said.length).toBeGreaterThan(15)
  expect(said.filter((name) => !known.has(name))).toEqual([])
})

it('folders and components that the page names exist', () => {
  const paths = [...section.matchAll(/\b(?:deploy\/k8s|test\/deploy|scripts)\/[\w./-]*\w/g)].map(([path]) => path)
  expect(paths.length).toBeGreaterThan(5)
  expect(paths.filter((path) => !path.includes('/my-server') && !existsSync(join(repository, path)))).toEqual([])
  for (const component of components()) expect(section).toContain(`components/${component}`)
})

/** As `kubectl apply -l kez-chat/kind…` chooses. */
const ofKinds = (...kinds: string[]) =>
  all.filter(({ metadata }) => kinds.includes(metadata.labels?.['kez-chat/kind'] ?? ''))

it('what is applied before a rollout has both Jobs, and everything of ours that they refer to', () => {
  const chosen = ofKinds('job', 'settings')
  const has = (kind: string, name?: string) => chosen.some((one) => one.kind === kind && one.metadata.name === name)
  const jobs = workloadsIn(chosen)
  expect(new Set(jobs.map(({ name }) => name))).toEqual(new Set(['migrate', 'streams']))
  for (const { name, pod } of jobs) {
    expect(has('ServiceAccount', pod.serviceAccountName), name).toBe(true)
    expect(has('NetworkPolicy', name), name).toBe(true)
    for (const { envFrom = [] } of pod.containers)
      for (const { configMapRef } of envFrom) expect(has('ConfigMap', configMapRef?.name), name).toBe(true)
  }
})

it('before a restore everything but the services is applied', () => {
  const chosen = new Set(ofKinds('service'))
  const rest = workloadsIn(all.filter((one) => !chosen.has(one))).map(({ name }) => name)
  expect(rest).toEqual(expect.arrayContaining(['nats', 'postgres', 'operator']))
  expect(rest.filter((name) => services.some((service) => service.name === name))).toEqual([])
})
