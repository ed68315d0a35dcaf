import { createExportWriter, ExportError, type Kdf, type Tally } from '@kez-chat/export-file'
import { formatTimestamp, type PrimaryId, toHex } from '@kez-chat/identity'
import type { Account } from '../storage/account.ts'
import { listPeers } from '../storage/conversations.ts'
import type { Store } from '../storage/store.ts'
import type { Secrets } from '../vault/vault.ts'
import { isFlaw, type Source } from './kind.ts'
import { kinds } from './kinds.ts'
import type { Sink } from './sink.ts'

export type ExportOrder = {
  readonly store: Store
  readonly secrets: Secrets
  readonly primary: PrimaryId
  readonly account: Account | undefined
  readonly events: readonly unknown[]
  readonly passphrase: string
  /** Unix ms. */
  readonly now: number
}

export type ExportReport = {
  readonly tally: Tally
  readonly bytes: number
  /** How many records of a kind could not be read here, and were left out. */
  readonly leftOut: ReadonlyMap<string, number>
}

const chunkBytes = 256 * 1024

/** Puts small pieces together, so that a disk is asked seldom. */
const gathering = (sink: Sink) => {
  let held: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  let bytes = 0
  const flush = async (): Promise<void> => {
    if (size === 0) return
    const parts = held
    held = []
    size = 0
    await sink.write(parts)
  }
  return {
    add: async (part: Uint8Array<ArrayBuffer>): Promise<void> => {
      held.push(part)
      size += part.length
      bytes += part.length
      if (size >= chunkBytes) await flush()
    },
    flush,
    bytes: () => bytes,
  }
}

const aboutOf = ({ primary, account, now }: ExportOrder) => ({
  ...{ kind: 'about', app: 'kez-chat', identity: primary, created_at: formatTimestamp(now) },
  ...(account ? { account: `${account.handle}@${account.server}` } : {}),
})

const identityOf = ({ primary, secrets: { seed, storageKey, phrase } }: ExportOrder) => ({
  ...{ kind: 'identity', primary, seed: toHex(seed), storage_key: toHex(storageKey) },
  ...(phrase === undefined ? {} : { phrase }),
})

/**
 * Writes everything that is here of a person into a sink, record by record; the storage must be quiet meanwhile. What
 * does not open here is counted and left out. Rejects with the signal's reason when that aborts, and with whatever the
 * sink throws; the sink is left to the caller.
 */
export const writeExport = async (
  order: ExportOrder,
  { kdf, sink, signal, onRecord }: { kdf: Kdf; sink: Sink; signal: AbortSignal; onRecord: (written: number) => void },
): Promise<ExportReport> => {
  const { store, primary, account, events } = order
  const writer = await createExportWriter(order.passphrase, kdf)
  const out = gathering(sink)
  const leftOut = new Map<string, number>()
  const source: Source = { store, primary, account, events, peers: await listPeers(store, primary) }
  let written = 0
  await out.add(writer.head)
  for (const record of [aboutOf(order), identityOf(order)]) await out.add(writer.add(record))
  for (const { kind, write } of kinds) {
    for await (const record of write(source)) {
      signal.throwIfAborted()
      const frame = isFlaw(record) ? undefined : sealed(() => writer.add(record))
      if (frame) await out.add(frame)
      else leftOut.set(kind, (leftOut.get(kind) ?? 0) + 1)
      onRecord(++written)
    }
  }
  const { bytes, tally } = writer.end()
  await out.add(bytes)
  await out.flush()
  return { tally, bytes: out.bytes(), leftOut }
}

const sealed = (add: () => Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined => {
  try {
    return add()
  } catch (error) {
    if (error instanceof ExportError) return undefined
    throw error
  }
}
