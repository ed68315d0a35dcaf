import { effect, type ReadonlySignal, signal } from '@preact/signals-core'
import { route } from '../app/route.ts'
import type { StoredMessage } from '../storage/message.ts'

const current = signal<StoredMessage | undefined>(undefined)

/** The message whose details are shown, as it was when they were opened. */
export const inspected: ReadonlySignal<StoredMessage | undefined> = current

export const showDetails = (message: StoredMessage | undefined): void => {
  current.value = message
}

// Whoever goes elsewhere leaves them.
effect(() => {
  void route.value
  showDetails(undefined)
})
