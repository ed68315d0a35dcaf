import type { Socket } from '../src/index.ts'

export interface Tap {
  /** Each frame of the client; what is returned goes out instead. */
  readonly out?: (text: string) => readonly string[]
  /** Each frame of the relay; what is returned arrives instead. */
  readonly in?: (text: string) => readonly string[]
}

/** A connection with somebody on the line. */
export const tapped = (socket: Socket, tap: Tap): Socket => ({
  get bufferedAmount() {
    return socket.bufferedAmount
  },
  send: (data) => {
    for (const text of tap.out?.(data) ?? [data]) socket.send(text)
  },
  close: () => socket.close(),
  addEventListener: (...[type, listener]: [string, (event: { readonly data: unknown }) => void]) => {
    if (type !== 'message') {
      socket.addEventListener(type as 'open', listener as () => void)
      return
    }
    socket.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string') return listener({ data })
      for (const text of tap.in?.(data) ?? [data]) listener({ data: text })
    })
  },
})

/** A frame as JSON; frames of these worlds always are. */
export const frameOf = (text: string): readonly unknown[] => {
  const value: unknown = JSON.parse(text)
  return Array.isArray(value) ? value : []
}
