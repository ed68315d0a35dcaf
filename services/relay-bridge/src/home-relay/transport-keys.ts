import { DirectoryEntry } from '@kez-chat/contracts'
import type { BucketEntry } from '@kez-chat/eventlog/messages'
import { isPrimaryId } from '@kez-chat/identity'
import { addressOf } from '@kez-chat/messaging'

/** Transport keys of registered people, as the directory has them now. */
export type TransportKeys = {
  /** The address of the person to whom the key is bound. */
  addressOf(key: string): string | undefined
  /** Takes in one entry of the directory as it is stored. */
  put(entry: Pick<BucketEntry, 'key' | 'value'>): void
}

const handleKey = 'h.'

/** What is in an entry that cannot be read is bound to nobody. */
const bindingIn = (value: Uint8Array | undefined): { key: string; address: string } | undefined => {
  if (value === undefined || value.length === 0) return undefined
  try {
    const { primary, nostr, status } = DirectoryEntry.parse(JSON.parse(new TextDecoder().decode(value)))
    if (nostr === undefined || status !== 'active' || !isPrimaryId(primary)) return undefined
    return { key: nostr, address: addressOf(primary) }
  } catch {
    return undefined
  }
}

export const createTransportKeys = (): TransportKeys => {
  const addresses = new Map<string, string>()
  const keyOfHandle = new Map<string, string>()
  return {
    addressOf: (key) => addresses.get(key),
    put: ({ key: entryKey, value }) => {
      if (!entryKey.startsWith(handleKey)) return
      const before = keyOfHandle.get(entryKey)
      if (before !== undefined) {
        keyOfHandle.delete(entryKey)
        addresses.delete(before)
      }
      const binding = bindingIn(value)
      if (!binding) return
      keyOfHandle.set(entryKey, binding.key)
      addresses.set(binding.key, binding.address)
    },
  }
}
