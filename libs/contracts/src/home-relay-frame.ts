/**
 * A frame of the tunnel between gateway and relay bridge. `texts` counts the text frames sent in this direction so far,
 * this one included, so that a lost one is noticed at the next frame of any kind.
 */
export type RelayFrame = { texts: number } & (
  | { type: 'text'; text: Uint8Array }
  /** How many bytes of text the other side's client has taken from us, all in all. */
  | { type: 'credit'; bytes: number }
  /** The end is still there; whoever does not know the session answers with `close`. */
  | { type: 'beat' }
  /** `code` and `reason` as in a WebSocket close frame. */
  | { type: 'close'; code: number; reason: string }
)

const types = ['text', 'credit', 'beat', 'close'] as const
const head = 5

/** Bytes of a frame: type (1), texts (4, big-endian), then the text, the credit as float64, or code (2) and reason. */
export const encodeRelayFrame = (frame: RelayFrame): Uint8Array => {
  const body = bodyOf(frame)
  const bytes = new Uint8Array(head + body.length)
  bytes[0] = types.indexOf(frame.type)
  new DataView(bytes.buffer).setUint32(1, frame.texts >>> 0)
  bytes.set(body, head)
  return bytes
}

const bodyOf = (frame: RelayFrame): Uint8Array => {
  if (frame.type === 'text') return frame.text
  if (frame.type === 'beat') return new Uint8Array()
  if (frame.type === 'credit') {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setFloat64(0, frame.bytes)
    return bytes
  }
  const reason = new TextEncoder().encode(frame.reason)
  const bytes = new Uint8Array(2 + reason.length)
  new DataView(bytes.buffer).setUint16(0, frame.code)
  bytes.set(reason, 2)
  return bytes
}

/** The frame in `bytes`; undefined when it is none. A text is not copied. */
export const decodeRelayFrame = (bytes: Uint8Array): RelayFrame | undefined => {
  if (bytes.length < head) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = types[view.getUint8(0)]
  const texts = view.getUint32(1)
  if (type === 'text') return { type, texts, text: bytes.subarray(head) }
  if (type === 'beat') return bytes.length === head ? { type, texts } : undefined
  if (type === 'credit') return bytes.length === head + 8 ? { type, texts, bytes: view.getFloat64(head) } : undefined
  if (type !== 'close' || bytes.length < head + 2) return undefined
  return { type, texts, code: view.getUint16(head), reason: new TextDecoder().decode(bytes.subarray(head + 2)) }
}
