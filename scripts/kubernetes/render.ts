import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { KubernetesDocument } from './documents.ts'
import type { Kustomize } from './kustomize.ts'

const root = join(import.meta.dirname, '..', '..')

/** The folders under `deploy/k8s/overlays`, each a whole installation. */
export const overlays = ['single', 'ha'] as const
export type Overlay = (typeof overlays)[number]

/** The objects of a folder. @throws Error with what kustomize says */
export const renderFolder = (kustomize: Kustomize, folder: string): KubernetesDocument[] =>
  parseAllDocuments(kustomize(folder)).map((document) => document.toJSON() as KubernetesDocument)

/** The objects that an overlay makes, as `kubectl apply -k` would send them. */
export const render = (kustomize: Kustomize, overlay: Overlay): KubernetesDocument[] =>
  renderFolder(kustomize, join(root, 'deploy', 'k8s', 'overlays', overlay))
