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

/**
 * Compares a stream as it is with how it must be, field by field.
 * @throws {StreamDrift} listing every field that differs, and what to do
 */
export const refuseDrift = (name: string, have: WantedConfig, want: WantedConfig): void => {
  const differing = Object.entries({ ...mustBeUnset, ...want })
    .map(([field, wanted]) => ({ field, wanted, found: have[field] ?? whenLeftOut[field] }))
    .filter(({ wanted, found }) => show(sorted(found)) !== show(sorted(wanted)))
  if (differing.length === 0) return
  const lines = differing.map(({ field, wanted, found }) => `  - ${field}: have ${show(found)}, want ${show(wanted)}`)
  throw new StreamDrift(
    `The stream ${name} exists with a configuration that this version cannot use:\n${lines.join('\n')}\n` +
      `It holds data, so it is neither changed nor recreated by itself. Set the fields back with ` +
      `"nats stream edit ${name}", or change the settings of this service to match, and start again.`,
  )
}
