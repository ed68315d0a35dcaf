import { StreamDrift } from './errors.ts'

export type WantedConfig = Readonly<Record<string, unknown>>

/** What the server leaves out of its answer, and what that means. */
const whenLeftOut: WantedConfig = { discard_new_per_subject: false, allow_atomic: false, allow_rollup_hdrs: false }

/** Options that would break a promise of ours when somebody sets them: durability, order, or what a stream holds. */
const mustBeUnset: WantedConfig = {
  persist_mode: undefined,
  no_ack: undefined,
  sealed: false,
  mirror: undefined,
  sources: undefined,
  subject_transform: undefined,
  republish: undefined,
}

const show = (value: unknown): string => (value === undefined ? 'unset' : JSON.stringify(value))

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (show(a) < show(b) ? -1 : 1))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [key, sorted(inner)]),
    )
  return value
}

/** A field of a stream that is not as it must be; `undefined` = unset. */
export type Difference = { readonly field: string; readonly wanted: unknown; readonly found: unknown }

/** Compares a stream as it is with how it must be, field by field. */
export const differencesOf = (have: WantedConfig, want: WantedConfig): Difference[] =>
  Object.entries({ ...mustBeUnset, ...want })
    .map(([field, wanted]) => ({ field, wanted, found: have[field] ?? whenLeftOut[field] }))
    .filter(({ wanted, found }) => show(sorted(found)) !== show(sorted(wanted)))

/** @throws {StreamDrift} listing every field that differs, and what to do */
export const refuseDrift = (name: string, have: WantedConfig, want: WantedConfig): void => {
  const differing = differencesOf(have, want)
  if (differing.length === 0) return
  const lines = differing.map(({ field, wanted, found }) => `  - ${field}: have ${show(found)}, want ${show(wanted)}`)
  throw new StreamDrift(
    `The stream ${name} exists with a configuration that this version cannot use:\n${lines.join('\n')}\n` +
      `It holds data, so it is neither changed nor recreated by itself. See "kez admin streams diff", set it back with ` +
      `"kez admin streams apply", or change the settings of this service to match, and start again.`,
  )
}
