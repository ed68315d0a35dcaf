/** Longest message of a relay that is read, in UTF-16 units or bytes. */
export const MAX_MESSAGE = 1024 * 1024

export interface SocketEvents {
  readonly opened: () => void
  readonly received: (text: string) => void
  /** Once, also when it never opened. */
  readonly closed: () => void
}

export interface Socket {
  readonly send: (text: string) => void
  readonly close: () => void
}

export type OpenSocket = (url: string, events: SocketEvents) => Socket
