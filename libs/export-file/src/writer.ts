import { type Bytes, randomBytes } from '@kez-chat/identity'
import { defaultCost, type Kdf } from './cost.ts'
import { ExportError } from './errors.ts'
import { mostRecords, recordBytes, sealFrame } from './frame.ts'
import { headerText, writeHeader } from './header.ts'
import { deriveKeys } from './keys.ts'
import { type ExportRecord, isExportRecord } from './record.ts'
import { createTally, type Tally } from './tally.ts'

export type ExportWriter = {
  /** What the file begins with. */
  readonly head: Bytes
  /** The next record, sealed. Throws ExportError `unwritable`; then nothing is written, and the next one may follow. */
  add(record: ExportRecord): Bytes
  /** The end of the file, without which it counts as cut off, and what is in it. */
  end(): { readonly bytes: Bytes; readonly tally: Tally }
}

/** Begins a new export file under a passphrase (docs/export-format.md). `salt`: 16 fresh random bytes. */
export const createExportWriter = async (
  passphrase: string,
  kdf: Kdf,
  salt: Bytes = randomBytes(16),
): Promise<ExportWriter> => {
  const text = headerText(salt, defaultCost)
  const keys = await deriveKeys(kdf, passphrase, { salt, cost: defaultCost, text })
  const tally = createTally()
  let index = 0
  return {
    head: writeHeader(text, keys.check),
    add: (record) => {
      if (!isExportRecord(record) || record.kind === 'end')
        throw new ExportError('unwritable', 'a record is an object with a kind')
      if (index >= mostRecords) throw new ExportError('unwritable', 'a file holds no more records than that')
      const json = recordBytes(record)
      const frame = sealFrame(keys, index, false, json)
      tally.take(record, json)
      index++
      return frame
    },
    end: () => {
      const result = tally.result()
      const { records, sha256, history } = result
      const json = recordBytes({ kind: 'end', records, sha256, history })
      return { bytes: sealFrame(keys, index, true, json), tally: result }
    },
  }
}
