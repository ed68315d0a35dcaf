import { ProofFailure } from '../result.ts'

const TXT = 16
const IN = 1
const HEADER_BYTES = 12
const MAX_RECORDS = 64
const NXDOMAIN = 3
const RESPONSE = 0x8000

/** What a DNS server said about a name: its TXT records, each with its segments joined. */
export type TxtAnswer =
  | { readonly kind: 'records'; readonly texts: readonly string[] }
  | { readonly kind: 'no_such_name' }

/**
 * A query for the TXT records of `name` as RFC 8484 sends it: id 0, recursion desired.
 * @throws ProofFailure `malformed` when the name is no DNS name
 */
export const txtQuery = (name: string): Uint8Array<ArrayBuffer> => {
  const labels = name.split('.').map((label) => new TextEncoder().encode(label))
  const size = labels.reduce((sum, label) => sum + label.length + 1, 1)
  if (size > 255 || labels.some((label) => label.length === 0 || label.length > 63))
    throw new ProofFailure('malformed', `${name} is no DNS name`)
  const question = labels.flatMap((label) => [label.length, ...label])
  return Uint8Array.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...question, 0, 0, TXT, 0, IN])
}

const unreadable = (): ProofFailure =>
  new ProofFailure('unreachable', 'the DNS server answers something that is no DNS message')

const at = (view: DataView, offset: number, bytes: 1 | 2): number => {
  if (offset + bytes > view.byteLength) throw unreadable()
  return bytes === 1 ? view.getUint8(offset) : view.getUint16(offset)
}

/** Where a name ends; it is not read, so compression pointers need not be followed. */
const afterName = (view: DataView, start: number): number => {
  for (let offset = start; ; ) {
    const length = at(view, offset, 1)
    if (length === 0) return offset + 1
    if (length >= 0xc0) return offset + 2
    if (length > 63) throw unreadable()
    offset += length + 1
  }
}

const joinSegments = (data: Uint8Array): string => {
  const segments: number[] = []
  for (let offset = 0; offset < data.length; ) {
    const end = offset + 1 + (data[offset] ?? 0)
    if (end > data.length) throw unreadable()
    segments.push(...data.subarray(offset + 1, end))
    offset = end
  }
  return new TextDecoder().decode(Uint8Array.from(segments))
}

/**
 * Reads the answer to a `txtQuery`, at most 64 KiB and 64 records; records of other types (CNAME) are passed over.
 * @throws ProofFailure `unreachable`: not a DNS message, or the server reports an error of its own
 */
export const readTxtAnswer = (message: Uint8Array<ArrayBuffer>): TxtAnswer => {
  if (message.length > 0xffff) throw unreadable()
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  const flags = at(view, 2, 2)
  if ((flags & RESPONSE) === 0) throw unreadable()
  const code = flags & 0x0f
  if (code === NXDOMAIN) return { kind: 'no_such_name' }
  if (code !== 0) throw new ProofFailure('unreachable', `the DNS server answers with error ${code}`)
  const questions = at(view, 4, 2)
  const answers = Math.min(at(view, 6, 2), MAX_RECORDS)
  let offset = HEADER_BYTES
  for (let n = 0; n < questions; n++) offset = afterName(view, offset) + 4
  const texts: string[] = []
  for (let n = 0; n < answers; n++) {
    const fixed = afterName(view, offset)
    const data = fixed + 10
    const length = at(view, fixed + 8, 2)
    if (data + length > message.length) throw unreadable()
    if (at(view, fixed, 2) === TXT && at(view, fixed + 2, 2) === IN)
      texts.push(joinSegments(message.subarray(data, data + length)))
    offset = data + length
  }
  return { kind: 'records', texts }
}
