import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { KubernetesDocument } from './documents.ts'

const root = join(import.meta.dirname, '..', '..')

/** The folders under `deploy/k8s/overlays`, each a whole installation. */
export const overlays = ['single', 'ha'] as const
export type Overlay = (typeof overlays)[number]

export const hasKubectl = (): boolean => spawnSync('kubectl', ['version', '--client'], { timeout: 20_000 }).status === 0

/**
 * The objects that an overlay makes, as `kubectl apply -k` would send them.
 * @throws Error with what kubectl says
 */
export const render = (overlay: Overlay): KubernetesDocument[] => {
  const folder = join(root, 'deploy', 'k8s', 'overlays', overlay)
  const run = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8', timeout: 60_000, maxBuffer: 16 << 20 })
  if (run.status !== 0) throw new Error(`kubectl kustomize ${folder}: ${run.error?.message ?? run.stderr}`)
  return parseAllDocuments(run.stdout).map((document) => document.toJSON() as KubernetesDocument)
}
