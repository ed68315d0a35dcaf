import { faultsIn } from './kubernetes/faults.ts'
import { madeKeys } from './kubernetes/keys.ts'
import { findKustomize } from './kubernetes/kustomize.ts'
import { natsValuesFaults, savedNatsValues } from './kubernetes/nats-values.ts'
import { planted } from './kubernetes/planted.ts'
import { overlays, render } from './kubernetes/render.ts'

const kustomize = await findKustomize()
const made = await madeKeys()
let failed = 0

const say = (what: string, faults: readonly string[]): void => {
  failed += faults.length
  console.log(`${faults.length === 0 ? '✓' : '✗'} ${what}`)
  for (const fault of faults) console.log(`  ${fault}`)
}

const rendered = new Map(overlays.map((overlay) => [overlay, render(kustomize, overlay)]))
for (const [overlay, documents] of rendered)
  say(`deploy/k8s/overlays/${overlay} (${documents.length} objects)`, faultsIn(documents, made))

say('deploy/k8s/nats-values.yaml', natsValuesFaults(savedNatsValues(), made))

const unseen = planted.filter(({ overlay = 'single', change, found }) => {
  const documents = structuredClone(rendered.get(overlay) ?? [])
  change(documents)
  return !found.test(faultsIn(documents, made).join('\n'))
})
say(
  `${planted.length} mistakes planted in them are found`,
  unseen.map(({ found }) => `not found: ${found}`),
)
process.exit(failed > 0 ? 1 : 0)
