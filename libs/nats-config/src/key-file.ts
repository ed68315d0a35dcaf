/**
 * What the file of a key or secret holds: the one that its owner uses, and while it is being changed a second one, which counts as
 * well: the one that comes, or the one that goes. The one in use is the first line that is no comment.
 */
export type KeyFile = {
  readonly current: string
  readonly other?: { readonly is: 'next' | 'old'; readonly seed: string }
}

/** Undefined when it is no such file. */
export const readKeyFile = (text: string): KeyFile | undefined => {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const [current, mark, seed, ...more] = lines
  if (current === undefined || current.startsWith('#') || more.length > 0) return undefined
  if (mark === undefined) return { current }
  const is = mark === '# next' ? 'next' : mark === '# old' ? 'old' : undefined
  return is === undefined || seed === undefined || seed.startsWith('#') ? undefined : { current, other: { is, seed } }
}

export const keyFileText = ({ current, other }: KeyFile): string =>
  `${current}\n${other ? `# ${other.is}\n${other.seed}\n` : ''}`

/** Both, the one in use first. */
export const seedsIn = ({ current, other }: KeyFile): [string, ...string[]] =>
  other ? [current, other.seed] : [current]

/** The steps of a change. Each leaves a file alone that is past it, so that it may be done again. */
export const keyChange = {
  /** A second one counts from now on; nobody uses it yet. */
  prepare: (file: KeyFile, make: () => string): KeyFile =>
    file.other ? file : { current: file.current, other: { is: 'next', seed: make() } },
  /** The second one is used from now on; the first one still counts. */
  switch: ({ current, other }: KeyFile): KeyFile =>
    other?.is === 'next'
      ? { current: other.seed, other: { is: 'old', seed: current } }
      : { current, ...(other && { other }) },
  /** The first one is gone. */
  finish: (file: KeyFile): KeyFile => (file.other?.is === 'old' ? { current: file.current } : file),
} as const
