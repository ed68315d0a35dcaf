/** Where one run of the command line happens. */
export type Session = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Everything on standard input, at most `MAX_STDIN_BYTES`; it can be read once. */
  readonly readStdin: () => Promise<string>
  readonly warn: (text: string) => void
  /** Unix milliseconds. */
  readonly now: () => number
}
