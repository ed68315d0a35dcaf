import { normalizeRelayUrl } from '@kez-chat/messaging/nostr'
import { computed, type ReadonlySignal, signal } from '@preact/signals-core'
import type { Tabs } from '../session/tabs.ts'
import { changeChoices, readChoices, type StoredChoices } from '../storage/choices.ts'
import type { Store } from '../storage/store.ts'

/** What the person has chosen about sending and receiving, as it holds now. */
export type Choices = {
  /** The relays in use, normalised, the most important first. */
  readonly relays: readonly string[]
  /** Whether the list is the person's own; else it is what the home server recommends. */
  readonly ownList: boolean
  /** Whether others learn that their messages have arrived. */
  readonly confirmations: boolean
}

export type ChoicesState = {
  readonly choices: ReadonlySignal<Choices>
  /** Undefined goes back to what the home server recommends. Throws MessageError `malformed` for what is no relay's URL. */
  setRelays(list: readonly string[] | undefined): Promise<void>
  setConfirmations(on: boolean): Promise<void>
  /** The home server has said which relays it listens on. */
  announced(list: readonly string[]): Promise<void>
}

/** Each relay once, however it is spelled. */
const normalized = (list: readonly string[]): string[] => [...new Set(list.map(normalizeRelayUrl))]

const isRelay = (url: string): boolean => {
  try {
    return normalizeRelayUrl(url) !== ''
  } catch {
    return false
  }
}

// Each is a connection to keep open; the operator's own default are five.
const mostAnnounced = 8

/** The relay of a home server. */
export const homeRelayOf = (baseUrl: string): string => normalizeRelayUrl(`${baseUrl.replace(/^http/, 'ws')}/relay`)

const inUse = (stored: StoredChoices, homeRelay: string): Choices => ({
  relays: stored.relays ?? normalized([homeRelay, ...(stored.announced ?? [])]),
  ownList: stored.relays !== undefined,
  confirmations: stored.confirmations,
})

/** The choices of this person, kept sealed, the same in every tab. */
export const openChoices = async (
  store: Store,
  tabs: Tabs,
  /** Origin of the home server; it may still be chosen. */
  home: ReadonlySignal<string>,
  ended: AbortSignal,
): Promise<ChoicesState> => {
  const kept = signal(await readChoices(store))
  const choices = computed(() => inUse(kept.value, homeRelayOf(home.value)))
  const show = (stored: StoredChoices): void => {
    kept.value = stored
  }
  tabs.listen((message) => {
    if (message.type === 'choices') void readChoices(store).then(show)
  }, ended)

  const change = async (next: Partial<StoredChoices>): Promise<void> => {
    show(await changeChoices(store, next))
    tabs.post({ type: 'choices' })
  }

  return {
    choices,
    setRelays: async (list) => change({ relays: list && normalized(list) }),
    setConfirmations: (confirmations) => change({ confirmations }),
    announced: async (list) => {
      const announced = normalized(list.filter(isRelay)).slice(0, mostAnnounced)
      const known = (await readChoices(store)).announced
      if (JSON.stringify(known) !== JSON.stringify(announced)) await change({ announced })
    },
  }
}
