import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, parseAllDocuments, stringify } from 'yaml'
import type { KubernetesDocument } from './documents.ts'
import type { Kustomize } from './kustomize.ts'

const root = join(import.meta.dirname, '..', '..')

/** The folders under `deploy/k8s/overlays`, each a whole installation. */
export const overlays = ['single', 'ha'] as const
export type Overlay = (typeof overlays)[number]

const manifests = join(root, 'deploy', 'k8s')

/** The folders under `deploy/k8s/components`, which an overlay may have beside what it needs. */
export const components = (): string[] => readdirSync(join(manifests, 'components')).toSorted()

const objectsIn = (text: string): KubernetesDocument[] =>
  parseAllDocuments(text).map((document) => document.toJSON() as KubernetesDocument)

/** An overlay with components, as an operator writes them into a copy of its kustomization.yaml. */
const renderCopy = (kustomize: Kustomize, overlay: Overlay, chosen: readonly string[]): KubernetesDocument[] => {
  const place = mkdtempSync(join(tmpdir(), 'kez-manifests-'))
  try {
    cpSync(manifests, place, { recursive: true })
    const folder = join(place, 'overlays', overlay)
    const file = join(folder, 'kustomization.yaml')
    const own = parse(readFileSync(file, 'utf8')) as { components: string[] }
    const all = [...own.components, ...chosen.map((name) => `../../components/${name}`)]
    writeFileSync(file, stringify({ ...own, components: all }))
    return objectsIn(kustomize(folder))
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** The objects that an overlay makes, as `kubectl apply -k` would send them. @throws Error with what kustomize says */
export const render = (kustomize: Kustomize, overlay: Overlay, chosen: readonly string[] = []): KubernetesDocument[] =>
  chosen.length > 0
    ? renderCopy(kustomize, overlay, chosen)
    : objectsIn(kustomize(join(manifests, 'overlays', overlay)))
