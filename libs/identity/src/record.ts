/** A JSON object: a plain record, neither null nor an array. */
export type JsonRecord = Record<string, unknown>

/** Whether `value` is a JSON object. */
export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether `record` has every name in `required` and no name outside `required` and `optional`. */
export const hasExactly = (
  record: JsonRecord,
  required: readonly string[],
  optional: readonly string[] = [],
): boolean =>
  required.every((name) => Object.hasOwn(record, name)) &&
  Object.keys(record).every((name) => required.includes(name) || optional.includes(name))
