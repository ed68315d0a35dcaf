import { signal } from '@preact/signals-core'
import { nothing, type TemplateResult } from 'lit-html'
import { t } from '../strings/index.ts'
import { toast } from '../ui/toast.ts'

type Layer<A extends unknown[]> = (...args: A) => TemplateResult

/** Something over the page whose code comes when it is first shown; until then there is nothing. */
export const laterLayer = <A extends unknown[]>(load: () => Promise<Layer<A>>) => {
  const loaded = signal<Layer<A> | undefined>(undefined)
  let asked = false
  return (...args: A): TemplateResult | typeof nothing => {
    const layer = loaded.value
    if (layer) return layer(...args)
    if (!asked) {
      asked = true
      load().then(
        (view) => {
          loaded.value = view
        },
        () => {
          asked = false
          toast(t.blocked.not_loaded.text)
        },
      )
    }
    return nothing
  }
}
