import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { provideServerKeys } from '../../cli/src/operators/server-keys.ts'
import { type Container, type KubernetesDocument, named, type Workload, workloadsIn } from './documents.ts'

/** What is in a Secret without being a file of its own. */
const byHand = ['postgres/username']

/** Every file, as folder/name, that `kez admin keys generate --kubernetes` makes; a Secret `kez-<folder>` is made of each folder. */
export const madeKeys = async (): Promise<string[]> => {
  const to = mkdtempSync(join(tmpdir(), 'kez-k8s-keys-'))
  try {
    await provideServerKeys({ to, inboxStreams: 1, database: 'postgres:5432/kez_chat', kubernetes: true })
    return globSync('*/*', { cwd: to })
  } finally {
    rmSync(to, { recursive: true, force: true })
  }
}

type Mounted = { readonly secret: string; readonly key: string; readonly path: string }

const mountedIn = ({ pod: { volumes = [] } }: Workload, { volumeMounts = [] }: Container): Mounted[] =>
  volumeMounts.flatMap(({ name, mountPath }) => {
    const volume = volumes.find((one) => one.name === name)
    const sources = [
      ...(volume?.secret ? [{ name: volume.secret.secretName, items: volume.secret.items }] : []),
      ...(volume?.projected?.sources ?? []).flatMap(({ secret }) => (secret ? [secret] : [])),
    ]
    return sources.flatMap(({ name: secret, items = [] }) =>
      items.map(({ key, path }) => ({ secret, key, path: `${mountPath}/${path}` })),
    )
  })

/** Files that a mounted configuration of NATS includes. */
const includedBy = (
  documents: readonly KubernetesDocument[],
  { pod: { volumes = [] } }: Workload,
  { volumeMounts = [] }: Container,
): string[] =>
  volumeMounts.flatMap(({ name, mountPath }) => {
    const map = volumes.find((volume) => volume.name === name)?.configMap?.name ?? ''
    const texts = Object.values(named(documents, 'ConfigMap', map)?.data ?? {})
    return texts.flatMap((text) =>
      [...text.matchAll(/^ *include (.*);$/gm)].map(([, path = '']) => join(mountPath, path)),
    )
  })

const wantedBy = ({ env = [], command = [], args = [] }: Container): string[] => [
  ...env.filter(({ name }) => name.endsWith('_FILE')).map(({ value = '' }) => value),
  ...[...command, ...args].filter((word) => word.startsWith('/keys/')),
]

/** Every key that a pod has, and in which Secret it is. */
export const mountedSecrets = (documents: readonly KubernetesDocument[]): Mounted[] =>
  workloadsIn(documents).flatMap((workload) =>
    workload.pod.containers.flatMap((container) => mountedIn(workload, container)),
  )

/** The folder that a Secret is made of; its name may carry a version. */
const partOf = (secret: string): string => secret.replace(/^kez-/, '').replace(/-\d+$/, '')

const isMade = (made: readonly string[], file: string): boolean => made.includes(file) || byHand.includes(file)

const External = z.object({
  data: z.array(z.object({ secretKey: z.string(), remoteRef: z.object({ key: z.string(), property: z.string() }) })),
})

/** Where Secrets come out of a vault: whether each that a pod mounts does, and out of an entry that somebody fills. */
const ofVault = (documents: readonly KubernetesDocument[], made: readonly string[]): string[] => {
  const externals = documents
    .filter(({ kind }) => kind === 'ExternalSecret')
    .map(({ metadata, spec }) => ({ name: metadata.name, data: External.parse(spec).data }))
  if (externals.length === 0) return []
  return [
    ...mountedSecrets(documents)
      .filter(
        ({ secret, key }) =>
          !externals.some(({ name, data }) => name === secret && data.some(({ secretKey }) => secretKey === key)),
      )
      .map(({ secret, key }) => `${secret}: ${key} does not come out of the vault`),
    ...externals.flatMap(({ name, data }) =>
      data
        .filter(
          ({ secretKey, remoteRef: { key, property } }) =>
            key !== `kez-chat/${partOf(name)}` ||
            property !== secretKey ||
            !isMade(made, `${partOf(name)}/${property}`),
        )
        .map(({ secretKey }) => `${name}: nothing makes ${secretKey}`),
    ),
  ]
}

/** Whether each pod finds the secrets that it reads, has no other, and takes them from what is really made. */
export const keyFaults = (documents: readonly KubernetesDocument[], made: readonly string[]): string[] => {
  const content = documents.filter(({ kind }) => kind === 'Secret')
  const ofPods = workloadsIn(documents).flatMap((workload) =>
    workload.pod.containers.flatMap((container) => {
      const mounted = mountedIn(workload, container)
      const wanted = [...wantedBy(container), ...includedBy(documents, workload, container)]
      const missing = wanted.filter((path) => !mounted.some((one) => one.path === path))
      const idle = mounted.filter(({ path }) => !wanted.includes(path))
      const unmade = mounted.filter(({ secret, key }) => {
        return !isMade(made, `${partOf(secret)}/${key}`)
      })
      return [
        ...missing.map((path) => `${workload.name}: ${path} is in no Secret that is mounted`),
        ...idle.map(({ secret, key }) => `${workload.name}: has ${key} of ${secret}, and does not read it`),
        ...unmade.map(({ secret, key }) => `${workload.name}: nothing makes ${key} of ${secret}`),
      ]
    }),
  )
  return [
    ...content.map(({ metadata }) => `${metadata.name}: a Secret has its content in the repository`),
    ...ofPods,
    ...ofVault(documents, made),
  ]
}
