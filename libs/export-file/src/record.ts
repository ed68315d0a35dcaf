import { isRecord, type JsonRecord } from '@kez-chat/identity'

/** One thing that is taken along. What else it holds goes by its kind (docs/export-format.md). */
export type ExportRecord = JsonRecord & { readonly kind: string }

export const isExportRecord = (value: unknown): value is ExportRecord =>
  isRecord(value) && typeof value.kind === 'string' && /^[a-z][a-z0-9_]{0,31}$/.test(value.kind)
