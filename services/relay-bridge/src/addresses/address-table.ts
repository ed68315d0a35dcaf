import { DirectoryEntry } from '@kez-chat/contracts'
import { isPrimaryId, type PrimaryId } from '@kez-chat/identity'
import { addressOf } from '@kez-chat/messaging'

/** Whom an event on a relay is for: from the address in its `q` tag to the registered person. */
export type AddressTable = {
  readonly size: number
  find(address: string): PrimaryId | undefined
  /** Takes in one entry of the directory as it is stored; returns false when it cannot be read. */
  put(key: string, value: Uint8Array | undefined): boolean
}

const personKey = 'p.'

export const createAddressTable = (): AddressTable => {
  const byAddress = new Map<string, PrimaryId>()
  const byKey = new Map<string, string>()
  return {
    get size() {
      return byAddress.size
    },
    find: (address) => byAddress.get(address),
    put: (key, value) => {
      if (!key.startsWith(personKey)) return true
      const before = byKey.get(key)
      if (value === undefined) {
        byKey.delete(key)
        if (before !== undefined) byAddress.delete(before)
        return true
      }
      const primary = readPrimary(value)
      if (primary === undefined) return false
      const address = addressOf(primary)
      byKey.set(key, address)
      byAddress.set(address, primary)
      return true
    },
  }
}

const readPrimary = (value: Uint8Array): PrimaryId | undefined => {
  try {
    const { primary } = DirectoryEntry.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value)))
    return isPrimaryId(primary) ? primary : undefined
  } catch {
    return undefined
  }
}
