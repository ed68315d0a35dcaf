import { signal } from '@preact/signals-core'
import { html, type TemplateResult } from 'lit-html'

const shownMs = 2_500

const text = signal('')
let ending: ReturnType<typeof setTimeout> | undefined

/** Says something in passing. */
export const toast = (said: string, ms: number = shownMs): void => {
  text.value = said
  clearTimeout(ending)
  ending = setTimeout(() => {
    text.value = ''
  }, ms)
}

export const toasts = (): TemplateResult => html`<p class="toast" role="status">${text.value}</p>`
