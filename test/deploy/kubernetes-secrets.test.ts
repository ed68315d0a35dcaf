import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { provideServerKeys } from '../../cli/src/operators/server-keys.ts'
import { type KubernetesDocument, workloadsIn } from '../../scripts/kubernetes/documents.ts'
import { mountedSecrets } from '../../scripts/kubernetes/keys.ts'
import { findKustomize, type Kustomize } from '../../scripts/kubernetes/kustomize.ts'
import { type Overlay, renderChanged } from '../../scripts/kubernetes/render.ts'

const made = mkdtempSync(join(tmpdir(), 'kez-secrets-'))
let kustomize: Kustomize
beforeAll(async () => {
  kustomize = await findKustomize()
  await provideServerKeys({ to: made, inboxStreams: 8, database: 'postgres:5432/kez_chat', kubernetes: true })
})
afterAll(() => rmSync(made, { recursive: true, force: true }))

/** With keys in the folder of the overlay, as operations.md says. */
const withKeys = (overlay: Overlay, change: (keys: string) => void = () => undefined): Promise<KubernetesDocument[]> =>
  renderChanged(kustomize, overlay, {
    components: ['keys'],
    before: async (folder) => {
      const keys = join(folder, 'keys')
      cpSync(made, keys, { recursive: true })
      change(keys)
    },
  })

const secretsIn = (documents: readonly KubernetesDocument[]) =>
  new Map(documents.filter(({ kind }) => kind === 'Secret').map(({ metadata, data }) => [metadata.name, data ?? {}]))

it.each(['single', 'ha'] as const)(
  'the folder of keys brings every Secret that pods of %s mount, and nothing else',
  async (overlay) => {
    const documents = await withKeys(overlay)
    const secrets = secretsIn(documents)
    const mounted = mountedSecrets(documents)
    expect(mounted.length).toBeGreaterThan(20)
    for (const { secret, key } of mounted) expect(Object.keys(secrets.get(secret) ?? {}), secret).toContain(key)
    // What a Helm chart or an operator knows by name has no hash, all the rest has one.
    const plain = [...secrets.keys()].filter((name) => !/-[a-z0-9]{10}$/.test(name))
    expect(plain.toSorted()).toEqual(['kez-nats', 'kez-postgres'])
    const login = secrets.get('kez-postgres') ?? {}
    const url = Buffer.from(
      secrets.get(mounted.find(({ key }) => key === 'database-url')?.secret ?? '')?.['database-url'] ?? '',
      'base64',
    )
    expect(url.toString()).toContain(Buffer.from(login.password ?? '', 'base64').toString())
    expect(Buffer.from(login.username ?? '', 'base64').toString()).toBe('kez_chat')
  },
)

it('what kustomize is told of the keys names files and holds none of them, and git leaves the folder alone', async () => {
  expect(readFileSync(join(made, '.gitignore'), 'utf8')).toBe('*\n')
  const { secretGenerator } = parse(readFileSync(join(made, 'kustomization.yaml'), 'utf8')) as {
    secretGenerator: { files?: string[]; envs?: string[]; literals?: string[] }[]
  }
  for (const { files = [], envs = [], literals } of secretGenerator) {
    expect(literals).toBeUndefined()
    for (const file of [...files, ...envs]) expect(existsSync(join(made, file)), file).toBe(true)
  }
})

it('who gets other keys starts anew, and nobody else', async () => {
  const pods = (documents: readonly KubernetesDocument[]) =>
    new Map(workloadsIn(documents).map(({ name, pod }) => [name, JSON.stringify(pod)]))
  const before = pods(await withKeys('single'))
  const after = pods(
    await withKeys('single', (keys) => writeFileSync(join(keys, 'auth', 'auth-xkey.nk'), 'SXANOTHER\n')),
  )
  expect([...before.keys()].filter((name) => before.get(name) !== after.get(name))).toEqual(['auth'])
})
