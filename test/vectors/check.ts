/** One promise of the vectors. It runs in Node and in a page alike, so it depends on no test framework. */
export interface VectorCheck {
  readonly name: string
  readonly run: () => void | Promise<void>
}

/** Fails the check unless both texts (or numbers, or truths) are equal. */
export const same = (actual: unknown, expected: unknown): void => {
  if (actual !== expected) throw new Error(`expected ${String(expected)}, got ${String(actual)}`)
}

/** Fails the check unless `act` is refused with an error of this code. */
export const refused = async (act: () => unknown, code: string): Promise<void> => {
  let outcome: unknown = 'no error'
  try {
    await act()
  } catch (error) {
    outcome = error instanceof Error && 'code' in error ? error.code : error
  }
  same(outcome, code)
}
