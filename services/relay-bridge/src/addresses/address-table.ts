import { type DirectoryEntry, PrimaryHex, primaryHex } from '@kez-chat/contracts'
import { isHex, isPrimaryId, primaryOf } from '@kez-chat/identity'
import { addressOf } from '@kez-chat/messaging'
import { createHashSlots } from './hash-slots.ts'

/** Whom an event on a relay is for: from the address in its `q` tag to the person's inbox. */
export type AddressTable = {
  /** Addresses, those of keys that were rotated or revoked too. */
  readonly size: number
  readonly bytes: number
  /** Grows with every change of who is listened for. */
  readonly version: number
  /**
   * The inbox behind an address of 64 hex digits. The address of a key that was rotated leads to the inbox of whoever the
   * key became; nobody's and an ended identity's leads nowhere.
   */
  find(address: string): PrimaryHex | undefined
  /** Takes in a person's entry as it is now; undefined = it is gone. */
  put(primary: PrimaryHex, entry: DirectoryEntry | undefined): void
  /** Every address that leads to an inbox. */
  addresses(): Generator<string>
}

const active = 1
const rotated = 2
const revoked = 3
const nobody = Buffer.alloc(32)
const maxRotations = 16

const addressBytes = (primary: PrimaryHex): Buffer =>
  Buffer.from(addressOf(primaryOf(Buffer.from(primary, 'hex'))), 'hex')

export const createAddressTable = (): AddressTable => {
  const slots = createHashSlots()
  let version = 0

  const resolve = (address: Buffer): PrimaryHex | undefined => {
    let found = slots.find(address)
    for (let step = 0; found?.mark === rotated && step < maxRotations; step++)
      found = slots.find(addressBytes(hexOf(found.value)))
    return found?.mark === active ? hexOf(found.value) : undefined
  }

  return {
    get size() {
      return slots.size
    },
    get bytes() {
      return slots.bytes
    },
    get version() {
      return version
    },
    find: (address) => (isHex(address, 32) ? resolve(Buffer.from(address, 'hex')) : undefined),
    put: (primary, entry) => {
      const address = addressBytes(primary)
      if (entry === undefined) {
        if (slots.delete(address)) version += 1
        return
      }
      const { mark, value } = slotFor(entry)
      const before = slots.find(address)
      if (before?.mark === mark && before.value.equals(value)) return
      slots.set(address, mark, value)
      version += 1
    },
    *addresses() {
      for (const { key } of slots.entries()) if (resolve(key) !== undefined) yield key.toString('hex')
    },
  }
}

const hexOf = (bytes: Buffer): PrimaryHex => PrimaryHex.parse(bytes.toString('hex'))

/** Of an active key its inbox, of a rotated one the key that took over. */
const slotFor = (entry: DirectoryEntry): { mark: number; value: Buffer } => {
  const { status, rotated_to: next } = entry
  if (status === 'active') return { mark: active, value: Buffer.from(entry.inbox ?? primaryHex(entry.primary), 'hex') }
  if (status === 'rotated' && next !== undefined && isPrimaryId(next))
    return { mark: rotated, value: Buffer.from(next.slice(-64), 'hex') }
  return { mark: revoked, value: nobody }
}
