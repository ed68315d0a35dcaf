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

type Changed = {
  /** Folders of components as the overlay names them, from its own folder. */
  readonly components: readonly string[]
  /** Does something in the overlay's folder before. */
  readonly before?: (folder: string) => Promise<void>
}

/** What an overlay makes as an operator has it: copied, with more components. @throws Error with what kustomize says */
export const renderChanged = async (
  kustomize: Kustomize,
  overlay: Overlay,
  { components: chosen, before }: Changed,
): Promise<KubernetesDocument[]> => {
  const place = mkdtempSync(join(tmpdir(), 'kez-manifests-'))
  try {
    cpSync(manifests, place, { recursive: true })
    const folder = join(place, 'overlays', overlay)
    await before?.(folder)
    const file = join(folder, 'kustomization.yaml')
    const own = parse(readFileSync(file, 'utf8')) as { components: string[] }
    writeFileSync(file, stringify({ ...own, components: [...own.components, ...chosen] }))
    return objectsIn(kustomize(folder))
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** What an overlay makes, with components of ours, as `kubectl apply -k` would send it. @throws Error with what kustomize says */
export const render = async (
  kustomize: Kustomize,
  overlay: Overlay,
  chosen: readonly string[] = [],
): Promise<KubernetesDocument[]> =>
  chosen.length > 0
    ? renderChanged(kustomize, overlay, { components: chosen.map((name) => `../../components/${name}`) })
    : objectsIn(kustomize(join(manifests, 'overlays', overlay)))
