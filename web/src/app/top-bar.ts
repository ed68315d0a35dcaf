import { type Signal, signal } from '@preact/signals-core'
import type { nothing, TemplateResult } from 'lit-html'

/** What stands above every page, put there by a part that is loaded later. */
export const topBar: Signal<(() => TemplateResult | typeof nothing) | undefined> = signal(undefined)
