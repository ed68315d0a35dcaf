import type { KubernetesDocument } from './kubernetes/documents.ts'
import { faultsIn } from './kubernetes/faults.ts'
import { madeKeys } from './kubernetes/keys.ts'
import { findKustomize } from './kubernetes/kustomize.ts'
import { chartDocuments } from './kubernetes/nats-chart.ts'
import { chartValues, natsFaults, natsKeyFaults, savedNatsValues } from './kubernetes/nats-values.ts'
import { planted } from './kubernetes/planted.ts'
import { plantedValues } from './kubernetes/planted-values.ts'
import { components, type Overlay, overlays, render } from './kubernetes/render.ts'

const kustomize = await findKustomize()
const made = await madeKeys()
let failed = 0

const say = (what: string, faults: readonly string[]): void => {
  failed += faults.length
  console.log(`${faults.length === 0 ? '✓' : '✗'} ${what}`)
  for (const fault of faults) console.log(`  ${fault}`)
}

const kustomized = new Map<string, KubernetesDocument[]>()

/** Everything of an installation: in `ha` also what the chart makes of our values. */
const installation = async (
  overlay: Overlay,
  chosen: readonly string[],
  values: unknown,
): Promise<{ documents: KubernetesDocument[]; faults: string[] }> => {
  const name = [overlay, ...chosen].join('+')
  const own = kustomized.get(name) ?? (await render(kustomize, overlay, chosen))
  kustomized.set(name, own)
  const documents = structuredClone(own)
  if (overlay !== 'ha') return { documents, faults: [] }
  const faults = natsKeyFaults(values)
  if (faults.length > 0) return { documents, faults }
  const chart = chartValues(values)
  documents.push(...chartDocuments(chart))
  return { documents, faults: natsFaults(chart, documents) }
}

for (const overlay of overlays)
  for (const chosen of [[], components()]) {
    const { documents, faults } = await installation(overlay, chosen, savedNatsValues())
    const beside = overlay === 'ha' ? ' with the chart of NATS' : ''
    const more = chosen.length > 0 ? ` and ${chosen.join(', ')}` : ''
    say(`${overlay}${beside}${more} (${documents.length} objects)`, [...faults, ...faultsIn(documents, made)])
  }

const unseen: RegExp[] = []
for (const { overlay = 'single', components: chosen = [], change, found } of planted) {
  const { documents } = await installation(overlay, chosen, savedNatsValues())
  change(documents)
  if (!found.test(faultsIn(documents, made).join('\n'))) unseen.push(found)
}
for (const { change, found } of plantedValues) {
  const values = savedNatsValues()
  change(values as never)
  const { documents, faults } = await installation('ha', [], values)
  if (!found.test([...faults, ...(faults.length > 0 ? [] : faultsIn(documents, made))].join('\n'))) unseen.push(found)
}
say(
  `${planted.length + plantedValues.length} mistakes planted in them are found`,
  unseen.map((found) => `not found: ${found}`),
)
process.exit(failed > 0 ? 1 : 0)
