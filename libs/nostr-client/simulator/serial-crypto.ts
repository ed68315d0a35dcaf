const names = ['importKey', 'encrypt', 'decrypt'] as const

/** Whether WebCrypto works on something. */
export interface SerialCrypto {
  readonly busy: () => boolean
  /** Resolves when what has been asked so far is answered. */
  readonly idle: () => Promise<void>
  readonly restore: () => void
}

/**
 * The platform's WebCrypto, one call after the other: its threads would answer in an order that no seed decides, and
 * the clock of a world has to know when it is at work.
 */
export const makeCryptoSerial = (): SerialCrypto => {
  const { subtle } = crypto
  let pending = 0
  let last: Promise<unknown> = Promise.resolve()
  const restores: (() => void)[] = []

  for (const name of names) {
    const real: unknown = Reflect.get(subtle, name)
    if (typeof real !== 'function') throw new Error(`no crypto.subtle.${name}`)
    const inTurn = (...args: unknown[]): Promise<unknown> => {
      pending += 1
      const answer = last
        .then((): unknown => Reflect.apply(real, subtle, args))
        .finally(() => {
          pending -= 1
        })
      last = answer.catch(() => undefined)
      return answer
    }
    const before = Object.getOwnPropertyDescriptor(subtle, name)
    Object.defineProperty(subtle, name, { value: inTurn, configurable: true })
    restores.push(() => {
      if (before) Object.defineProperty(subtle, name, before)
      else Reflect.deleteProperty(subtle, name)
    })
  }

  return {
    busy: () => pending > 0,
    idle: async () => {
      await last
    },
    restore: () => {
      for (const restore of restores) restore()
    },
  }
}
