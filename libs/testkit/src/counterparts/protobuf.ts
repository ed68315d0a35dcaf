/** The fields of a protobuf message by number, as they stand on the wire: numbers as bigint, everything else as bytes. */
export type Fields = ReadonlyMap<number, readonly (bigint | Buffer)[]>

const readVarint = (data: Buffer, at: number): { value: bigint; next: number } => {
  let value = 0n
  for (let i = 0; i < 10; i++) {
    const byte = data[at + i]
    if (byte === undefined) break
    value |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) return { value, next: at + i + 1 }
  }
  throw new Error('a varint of protobuf is cut off')
}

/** @throws when it is no protobuf */
export const readFields = (data: Buffer): Fields => {
  const fields = new Map<number, (bigint | Buffer)[]>()
  for (let at = 0; at < data.length; ) {
    const { value: tag, next } = readVarint(data, at)
    const [field, type] = [Number(tag >> 3n), Number(tag & 7n)]
    const own = fields.get(field) ?? []
    fields.set(field, own)
    if (type === 0) {
      const number = readVarint(data, next)
      own.push(number.value)
      at = number.next
    } else if (type === 1) {
      own.push(data.readBigUInt64LE(next))
      at = next + 8
    } else if (type === 5) {
      own.push(BigInt(data.readUInt32LE(next)))
      at = next + 4
    } else if (type === 2) {
      const length = readVarint(data, next)
      at = length.next + Number(length.value)
      own.push(data.subarray(length.next, at))
    } else throw new Error(`wire type ${type} of protobuf is not known`)
  }
  return fields
}

export const bytesOf = (fields: Fields, field: number): Buffer[] =>
  (fields.get(field) ?? []).filter((value) => typeof value !== 'bigint')

export const textOf = (fields: Fields, field: number): string => bytesOf(fields, field)[0]?.toString() ?? ''

export const numberOf = (fields: Fields, field: number): number => {
  const value = fields.get(field)?.[0]
  return typeof value === 'bigint' ? Number(value) : 0
}
