import { bucketName, DirectoryEntry, PrimaryHex } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { type BucketEntry, type BucketWatch, watchBucket } from '@kez-chat/eventlog/messages'
import type { Log } from '@kez-chat/runtime'
import type { AddressTable } from './address-table.ts'

const personKey = /^p\.([0-9a-f]{64})$/

/** Takes an entry of the directory, as it is stored, into the table; false when it cannot be read. */
export const takeEntry = (table: AddressTable, { key, value }: Pick<BucketEntry, 'key' | 'value'>): boolean => {
  const primary = PrimaryHex.safeParse(personKey.exec(key)?.[1])
  // Each person is there under the handle as well.
  if (!primary.success) return key.startsWith('h.')
  if (value === undefined) {
    table.put(primary.data, undefined)
    return true
  }
  const entry = readEntry(value)
  if (entry === undefined) return false
  table.put(primary.data, entry)
  return true
}

const readEntry = (value: Uint8Array): DirectoryEntry | undefined => {
  try {
    return DirectoryEntry.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value)))
  } catch {
    return undefined
  }
}

/** Keeps the table as the directory is. `onEntry` sees each entry as well. `onChange` is told when the table has become another and the directory was read. */
export const followDirectory = (
  jetstream: JetStream,
  table: AddressTable,
  { onEntry, onChange, log }: { onEntry?(entry: BucketEntry): void; onChange(): void; log: Log },
): BucketWatch => {
  let known = -1
  return watchBucket(jetstream, bucketName.directory, {
    onEntry: (entry) => {
      if (!takeEntry(table, entry)) log.error({ seq: entry.seq }, 'an entry of the directory cannot be read')
      onEntry?.(entry)
    },
    onSynced: () => {
      if (known === table.version) return
      if (known < 0) log.info({ addresses: table.size }, 'the directory is read')
      known = table.version
      onChange()
    },
    onTrouble: (reason) => log.warn({ reason }, 'the directory is not readable, trying again'),
  })
}
