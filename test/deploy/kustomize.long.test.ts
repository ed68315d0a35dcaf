import { expect, it } from 'vitest'
import { findKustomize } from '../../scripts/kubernetes/kustomize.ts'
import { overlays, render } from '../../scripts/kubernetes/render.ts'

it('without kubectl the manifests are rendered by a kustomize that is fetched, and come out the same', async () => {
  const fetched = await findKustomize({ PATH: '/nowhere' })
  const present = await findKustomize()
  for (const overlay of overlays) {
    const documents = render(fetched, overlay)
    expect(documents.length).toBeGreaterThan(40)
    expect(documents).toEqual(render(present, overlay))
  }
})
