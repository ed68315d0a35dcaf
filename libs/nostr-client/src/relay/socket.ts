/** What a relay connection needs of a WebSocket; the one of browsers and of Node has it. */
export interface Socket {
  readonly bufferedAmount: number
  /** 1 = open. Absent = open for as long as no `close` has come. */
  readonly readyState?: number
  send(data: string): void
  close(): void
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** Begins to connect; may throw on a URL the platform refuses. */
export type OpenSocket = (url: string) => Socket

/** The platform's own WebSocket. */
export const platformSocket: OpenSocket = (url) => new WebSocket(url)

/** What is sent into a socket that closes already is lost, and browsers complain of it. */
export const isOpen = ({ readyState = 1 }: Socket): boolean => readyState === 1
