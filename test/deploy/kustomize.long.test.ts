import { expect, it } from 'vitest'
import { faultsIn } from '../../scripts/kubernetes/faults.ts'
import { madeKeys } from '../../scripts/kubernetes/keys.ts'
import { findKustomize } from '../../scripts/kubernetes/kustomize.ts'
import { components, overlays, render } from '../../scripts/kubernetes/render.ts'

it('without kubectl the manifests are rendered by a kustomize that is fetched, and come out the same', async () => {
  const fetched = await findKustomize({ PATH: '/nowhere' })
  const present = await findKustomize()
  for (const overlay of overlays) {
    const documents = await render(fetched, overlay)
    expect(documents.length).toBeGreaterThan(40)
    expect(documents).toEqual(await render(present, overlay))
  }
})

it('every component goes with the overlay `single` by itself, without the others', async () => {
  const made = await madeKeys()
  const kustomize = await findKustomize()
  for (const component of components())
    expect(faultsIn(await render(kustomize, 'single', [component]), made), component).toEqual([])
})
