import { faultsIn } from './kubernetes/faults.ts'
import { madeKeys } from './kubernetes/keys.ts'
import { planted } from './kubernetes/planted.ts'
import { hasKubectl, overlays, render } from './kubernetes/render.ts'

if (!hasKubectl()) {
  console.error(
    'kubectl is missing, by which the manifests are rendered. Install it: https://kubernetes.io/docs/tasks/tools/ (1.30 or newer).',
  )
  process.exit(2)
}

const made = await madeKeys()
let failed = 0

const say = (what: string, faults: readonly string[]): void => {
  failed += faults.length
  console.log(`${faults.length === 0 ? '✓' : '✗'} ${what}`)
  for (const fault of faults) console.log(`  ${fault}`)
}

for (const overlay of overlays) {
  const documents = render(overlay)
  say(`deploy/k8s/overlays/${overlay} (${documents.length} objects)`, faultsIn(documents, made))
}

const sound = render('single')
const unseen = planted.filter(({ change, found }) => {
  const documents = structuredClone(sound)
  change(documents)
  return !found.test(faultsIn(documents, made).join('\n'))
})
say(
  `${planted.length} mistakes planted in it are found`,
  unseen.map(({ found }) => `not found: ${found}`),
)
process.exit(failed > 0 ? 1 : 0)
