/**
 * The file in which a person takes everything along: a header that says how the passphrase becomes a key, and records in
 * order, each sealed by itself (docs/export-format.md). Reading and writing are streams: what a file holds never has to
 * fit into memory, and one damaged record costs that record.
 *
 * ```ts
 * const writer = await createExportWriter(passphrase, kdf)
 * await write(writer.head)
 * for (const record of records) await write(writer.add(record))
 * await write(writer.end().bytes)
 *
 * const { items } = await openExport(stream, passphrase, kdf)
 * for await (const item of items()) if (item.type === 'record') take(item.record)
 * ```
 * @module
 */
export { type Cost, checkCost, defaultCost, type Kdf } from './cost.ts'
export { ExportError, type ExportErrorCode } from './errors.ts'
export { maxRecordBytes } from './frame.ts'
export { type Header, headerBytes, parseHeader } from './header.ts'
export { createHistoryDigest, type HistoryDigest, type HistorySummary } from './history-digest.ts'
export { type ExportReader, openExport, type Problem, type ReadItem } from './reader.ts'
export type { ExportRecord } from './record.ts'
export type { Tally } from './tally.ts'
export { createExportWriter, type ExportWriter } from './writer.ts'
