import { signal } from '@preact/signals-core'
import { html, type TemplateResult } from 'lit-html'
import { t } from '../strings/index.ts'
import { checkIcon, copyIcon } from './icons.ts'

const copied = signal<string | undefined>(undefined)

const copy = async (id: string, text: string): Promise<void> => {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    // The text stands beside the button and can be selected by hand.
    return
  }
  copied.value = id
  setTimeout(() => {
    if (copied.value === id) copied.value = undefined
  }, 2_000)
}

/** A button that copies `text` and says so. */
export const copyButton = (id: string, text: string, label: string): TemplateResult => html`
  <button class="button" type="button" @click=${() => copy(id, text)}>
    ${copied.value === id ? checkIcon(20) : copyIcon()}<span aria-live="polite">${copied.value === id ? t.copied : label}</span>
  </button>
`
