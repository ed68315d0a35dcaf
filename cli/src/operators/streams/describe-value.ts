const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** Bytes in the largest unit that shows them exactly. */
const bytes = (count: number): string => {
  let [value, unit] = [count, 0]
  while (value >= 1024 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value} ${units[unit]}`
}

const spans = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

const duration = (nanoseconds: number): string => {
  const seconds = nanoseconds / 1e9
  const [name, size] = spans.find(([, span]) => seconds >= span && seconds % span === 0) ?? ['second', 1]
  const count = seconds / size
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

const inBytes = new Set(['max_bytes', 'max_msg_size'])
const inTime = new Set(['max_age', 'duplicate_window'])
const limits = new Set(['max_bytes', 'max_age', 'max_msgs', 'max_msgs_per_subject', 'max_msg_size'])

/** The value of a field of a stream's configuration as a person reads it. */
export const describeValue = (field: string, value: unknown): string => {
  if (value === undefined || value === null) return 'unset'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) {
    const [first, ...more] = value
    return more.length > 3 ? `${first} … ${more.at(-1)} (${value.length})` : value.join(', ')
  }
  if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value)
  if (limits.has(field) && value <= 0) return 'no limit'
  if (inBytes.has(field)) return bytes(value)
  return inTime.has(field) ? duration(value) : String(value)
}
