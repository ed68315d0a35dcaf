/** The part of the D-Bus wire format that notifications need, little-endian (D-Bus specification, "Message Protocol"). */
export type DbusMessage = {
  /** 1 call, 2 answer, 3 error, 4 signal. */
  readonly type: number
  readonly serial: number
  readonly path?: string | undefined
  readonly interface?: string | undefined
  readonly member?: string | undefined
  readonly replySerial?: number | undefined
  readonly destination?: string | undefined
  readonly sender?: string | undefined
  readonly signature?: string | undefined
  readonly body: Buffer
}

const padTo = (size: number, at: number): number => (size - (at % size)) % size

/** Appends values, each at its alignment counted from the beginning. */
export const createWriter = () => {
  const parts: Buffer[] = []
  let length = 0
  const add = (bytes: Buffer): void => {
    parts.push(bytes)
    length += bytes.length
  }
  const align = (size: number): void => add(Buffer.alloc(padTo(size, length)))
  const u32 = (value: number): void => {
    align(4)
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    add(bytes)
  }
  const string = (text: string): void => {
    const bytes = Buffer.from(text)
    u32(bytes.length)
    add(Buffer.concat([bytes, Buffer.alloc(1)]))
  }
  const signature = (text: string): void => {
    add(Buffer.from([text.length]))
    add(Buffer.from(`${text}\0`))
  }
  return {
    align,
    u32,
    string,
    signature,
    byte: (value: number): void => add(Buffer.from([value])),
    strings: (all: readonly string[]): void => {
      const inner = createWriter()
      for (const text of all) inner.string(text)
      const bytes = inner.bytes()
      u32(bytes.length)
      add(bytes)
    },
    append: add,
    bytes: (): Buffer => Buffer.concat(parts),
  }
}

/** Reads values in the order in which they were written. */
export const createReader = (bytes: Buffer, start = 0) => {
  let at = start
  const align = (size: number): void => {
    at += padTo(size, at)
  }
  const u32 = (): number => {
    align(4)
    at += 4
    return bytes.readUInt32LE(at - 4)
  }
  const take = (length: number): string => {
    const text = bytes.toString('utf8', at, at + length)
    at += length + 1
    return text
  }
  const string = (): string => take(u32())
  return {
    align,
    u32,
    string,
    byte: (): number => bytes[at++] ?? 0,
    signature: (): string => take(bytes[at++] ?? 0),
    strings: (): string[] => {
      const end = u32() + at
      const all: string[] = []
      while (at < end) all.push(string())
      return all
    },
    get at(): number {
      return at
    },
  }
}

const fields = [
  [1, 'path', 'o'],
  [2, 'interface', 's'],
  [3, 'member', 's'],
  [5, 'replySerial', 'u'],
  [6, 'destination', 's'],
  [8, 'signature', 'g'],
] as const

export const encodeMessage = (message: DbusMessage): Buffer => {
  const list = createWriter()
  for (const [code, name, type] of fields) {
    const value = message[name]
    if (value === undefined) continue
    list.align(8)
    list.byte(code)
    list.signature(type)
    if (typeof value === 'number') list.u32(value)
    else if (type === 'g') list.signature(value)
    else list.string(value)
  }
  const head = createWriter()
  head.append(Buffer.from(['l'.charCodeAt(0), message.type, 0, 1]))
  head.u32(message.body.length)
  head.u32(message.serial)
  head.u32(list.bytes().length)
  head.append(list.bytes())
  head.align(8)
  head.append(message.body)
  return head.bytes()
}

const fixedHead = 16

/** The first whole message of what has come, and how long it is; undefined while it is not whole. */
export const decodeMessage = (bytes: Buffer): { message: DbusMessage; length: number } | undefined => {
  if (bytes.length < fixedHead) return undefined
  const bodyLength = bytes.readUInt32LE(4)
  const listLength = bytes.readUInt32LE(12)
  const bodyAt = fixedHead + listLength + padTo(8, listLength)
  if (bytes.length < bodyAt + bodyLength) return undefined
  const reader = createReader(bytes, fixedHead)
  const texts = new Map<number, string>()
  let replySerial: number | undefined
  while (reader.at < fixedHead + listLength) {
    reader.align(8)
    const code = reader.byte()
    const type = reader.signature()
    if (type === 'u') {
      const value = reader.u32()
      if (code === 5) replySerial = value
    } else texts.set(code, type === 'g' ? reader.signature() : reader.string())
  }
  const message = {
    type: bytes[1] ?? 0,
    serial: bytes.readUInt32LE(8),
    path: texts.get(1),
    interface: texts.get(2),
    member: texts.get(3),
    replySerial,
    destination: texts.get(6),
    sender: texts.get(7),
    signature: texts.get(8),
    body: bytes.subarray(bodyAt, bodyAt + bodyLength),
  }
  return { message, length: bodyAt + bodyLength }
}
