import { type Kdf, openExport } from '@kez-chat/export-file'
import { type Bytes, concat, randomBytes } from '@kez-chat/identity'
import type { MessagingKey } from '@kez-chat/messaging'
import { sha256 } from '@noble/hashes/sha2.js'
import { readExport } from '../src/move/read-export.ts'
import type { Sink } from '../src/move/sink.ts'
import { type ExportOrder, writeExport } from '../src/move/write-export.ts'
import type { Store } from '../src/storage/store.ts'

/** Stands for Argon2id where many files are made. */
export const quickKdf: Kdf = async (password, salt) => Uint8Array.from(sha256(concat(password, salt)))

export const exportPassphrase = 'four plain grey stones'

/** A sink that keeps what it is given. */
export const memorySink = (): Sink & { file(): Bytes } => {
  const parts: Bytes[] = []
  return {
    write: async (more) => {
      parts.push(...more)
    },
    close: async () => undefined,
    abort: async () => undefined,
    file: () => concat(...parts),
  }
}

/** Exports a storage whose key is `storageKey`. */
export const exported = async (
  store: Store,
  me: MessagingKey,
  storageKey: Bytes,
  more: Partial<ExportOrder> = {},
): Promise<{ file: Bytes; report: Awaited<ReturnType<typeof writeExport>> }> => {
  const sink = memorySink()
  const order = {
    ...{ store, secrets: { seed: randomBytes(32), storageKey }, primary: me.primary, account: undefined, events: [] },
    ...{ passphrase: exportPassphrase, now: Date.now(), ...more },
  }
  const signal = new AbortController().signal
  const report = await writeExport(order, { kdf: quickKdf, sink, signal, onRecord: () => undefined })
  return { file: sink.file(), report }
}

async function* streamOf(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += 10_000) yield file.subarray(at, at + 10_000)
}

/** Imports a file; `sameKey` when the storage has the key of the one it came from. */
export const imported = async (
  file: Uint8Array,
  store: Store,
  me: MessagingKey,
  { sameKey = false, now = Date.now(), signal = new AbortController().signal } = {},
) =>
  readExport(
    await openExport(streamOf(file), exportPassphrase, quickKdf),
    { store, primary: me.primary, sameKey, now },
    { signal, onProgress: () => undefined },
  )
