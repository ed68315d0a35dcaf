/** One dispatched event of a `text/event-stream`. */
export type ServerEvent = { event: string; data: string; id: string | undefined }

/** A line or event larger than agreed: the stream cannot be trusted and has to be closed. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge'
}

/** Characters one event may have; an inbox message stays well below. */
const maxEventChars = 2 * 1024 * 1024

/**
 * Incremental parser of `text/event-stream` (HTML §9.2.6). Feed it decoded text, it returns what became complete.
 * `retry` holds the last reconnection time the server asked for, ms.
 */
export const createSseParser = () => {
  let rest = ''
  let event = ''
  let data: string[] = []
  let dataChars = 0
  let id: string | undefined
  let retry: number | undefined

  const field = (line: string): void => {
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'data') {
      data.push(value)
      dataChars += value.length
    } else if (name === 'event') event = value
    else if (name === 'id' && !value.includes('\0')) id = value
    else if (name === 'retry' && /^\d{1,7}$/.test(value)) retry = Number(value)
  }

  const push = (text: string): ServerEvent[] => {
    rest += text
    const complete: ServerEvent[] = []
    // A CR at the very end may be the first half of a CRLF: it stays until more comes.
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line !== '') field(line)
      else {
        if (data.length > 0) complete.push({ event: event || 'message', data: data.join('\n'), id })
        event = ''
        data = []
        dataChars = 0
      }
      if (dataChars > maxEventChars) throw new EventTooLarge('an event of the stream is too large')
    }
    if (rest.length > maxEventChars) throw new EventTooLarge('a line of the stream is too long')
    return complete
  }

  return {
    push,
    get retry(): number | undefined {
      return retry
    },
  }
}
