import { type ByteWindow, createByteWindow } from './byte-window.ts'
import type { Kdf } from './cost.ts'
import { type FrameHead, frameHeadBytes, marker, openFrame, parseFrameHead } from './frame.ts'
import { checkKeys, type Header, headerBytes, parseHeader } from './header.ts'
import { deriveKeys, type FileKeys } from './keys.ts'
import type { ExportRecord } from './record.ts'
import { createTally, type Tally } from './tally.ts'

/** What is wrong with a file behind its header. Records are counted from 0. */
export type Problem =
  /** A record does not open. */
  | { readonly code: 'damaged'; readonly index: number; readonly offset: number }
  /** A record opens, and is none. */
  | { readonly code: 'unreadable'; readonly index: number; readonly offset: number }
  /** Records that must be here are not to be found. */
  | { readonly code: 'missing'; readonly from: number; readonly to: number; readonly offset: number }
  /** Something between records is none of them. */
  | { readonly code: 'foreign'; readonly offset: number }
  /** The file ends before its end: how many records are missing is not known. */
  | { readonly code: 'truncated'; readonly offset: number }
  /** Something stands behind the end. */
  | { readonly code: 'trailing'; readonly offset: number }
  /** Everything opened, and is not what the writer says it wrote. */
  | { readonly code: 'mismatch'; readonly offset: number }

export type ReadItem =
  /** `offset`: how far in the file it was read. */
  | { readonly type: 'record'; readonly record: ExportRecord; readonly index: number; readonly offset: number }
  | { readonly type: 'problem'; readonly problem: Problem }
  /** The last item always. `whole`: the file holds exactly what was written, to the end; `tally`: what was read. */
  | { readonly type: 'end'; readonly whole: boolean; readonly tally: Tally }

export type ExportReader = {
  readonly header: Header
  /** Records in order, and what is wrong between them. To be read once. */
  items(): AsyncGenerator<ReadItem>
}

const scanBytes = 64 * 1024

const positionOf = (bytes: Uint8Array, from: number): number => {
  for (let at = bytes.indexOf(marker[0] ?? 0, from); at >= 0; at = bytes.indexOf(marker[0] ?? 0, at + 1)) {
    if (marker.every((byte, i) => at + i >= bytes.length || bytes[at + i] === byte)) return at
  }
  return -1
}

/** Goes on by `beyond` bytes and then to where the next record may begin. */
const seek = async (window: ByteWindow, beyond: number): Promise<void> => {
  window.skip(beyond)
  for (;;) {
    const bytes = await window.peek(scanBytes)
    const at = positionOf(bytes, 0)
    if (at >= 0) return window.skip(at)
    if (bytes.length === 0) return
    window.skip(bytes.length)
  }
}

async function* readFrames(window: ByteWindow, keys: FileKeys): AsyncGenerator<ReadItem> {
  const tally = createTally()
  let expected = 0
  let sound = true
  let foreign: number | undefined
  const bad = (problem: Problem): ReadItem => {
    sound = false
    return { type: 'problem', problem }
  }

  const nextHead = async (): Promise<FrameHead | 'end' | undefined> => {
    const bytes = await window.peek(frameHeadBytes)
    if (bytes.length === 0) return 'end'
    const head = parseFrameHead(keys, bytes)
    // A record that came before, or was tried, is none of those that are still to come.
    return head && head.index >= expected ? head : undefined
  }

  for (;;) {
    const head = await nextHead()
    if (head === 'end') break
    if (!head) {
      foreign ??= window.offset()
      await seek(window, 1)
      continue
    }
    const offset = window.offset()
    const bytes = await window.peek(frameHeadBytes + head.length)
    if (bytes.length < frameHeadBytes + head.length) {
      // Cut off here, or bytes of it are gone and others follow.
      await seek(window, frameHeadBytes)
      continue
    }
    if (head.index > expected) yield bad({ code: 'missing', from: expected, to: head.index - 1, offset })
    else if (foreign !== undefined) yield bad({ code: 'foreign', offset: foreign })
    foreign = undefined
    expected = head.index + 1
    const opened = openFrame(keys, head, bytes.subarray(frameHeadBytes))
    if (opened === 'damaged' || opened === 'unreadable') {
      await seek(window, frameHeadBytes)
      if (!head.final) yield bad({ code: opened, index: head.index, offset })
      continue
    }
    window.skip(frameHeadBytes + head.length)
    if (head.final) {
      const result = tally.result()
      const { sha256, records } = opened.record
      if (sound && (sha256 !== result.sha256 || records !== result.records)) yield bad({ code: 'mismatch', offset })
      if ((await window.peek(1)).length > 0) yield bad({ code: 'trailing', offset: window.offset() })
      yield { type: 'end', whole: sound, tally: result }
      return
    }
    tally.take(opened.record, opened.json)
    yield { type: 'record', record: opened.record, index: head.index, offset: window.offset() }
  }
  yield bad({ code: 'truncated', offset: window.offset() })
  yield { type: 'end', whole: false, tally: tally.result() }
}

async function* closing(window: ByteWindow, items: AsyncGenerator<ReadItem>): AsyncGenerator<ReadItem> {
  try {
    yield* items
  } finally {
    await window.close()
  }
}

/**
 * Opens an export file, as a stream of bytes of any lengths. What is wrong with the header is thrown: ExportError
 * `not_an_export`, `newer_version`, `header_damaged`, `refused_cost`, `wrong_passphrase`. What is wrong behind it comes
 * among the records and costs nothing but what it says.
 */
export const openExport = async (
  source: AsyncIterable<Uint8Array>,
  passphrase: string,
  kdf: Kdf,
): Promise<ExportReader> => {
  const window = createByteWindow(source)
  try {
    const header = parseHeader(await window.peek(headerBytes))
    const keys = await deriveKeys(kdf, passphrase, header)
    checkKeys(header, keys)
    window.skip(headerBytes)
    return { header, items: () => closing(window, readFrames(window, keys)) }
  } catch (error) {
    await window.close()
    throw error
  }
}
