import { InboxRecord } from '@kez-chat/contracts'

const begins = /^\{"id":"[0-9a-f]{64}","received_at":"[^"]{1,40}","via":"[^"\\]{0,512}","wake":(true|false),/
const beginning = 1_024

/**
 * Whether the carrier of a stored message wants its recipient woken; acks and file chunks do not. Records are up to 512 KiB and
 * begin alike, so they are not parsed for one flag. What cannot be read wakes nobody.
 */
export const wantsWake = (data: Uint8Array): boolean => {
  const start = begins.exec(Buffer.from(data.buffer, data.byteOffset, Math.min(beginning, data.length)).toString())
  if (start) return start[1] === 'true'
  try {
    return InboxRecord.parse(JSON.parse(new TextDecoder().decode(data))).wake
  } catch {
    return false
  }
}
