/** Where one run of the command line happens. */
export type Session = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Everything on standard input, within a limit; it can be read once. */
  readonly readStdin: () => Promise<string>
  /** The same for a secret: at a terminal one line, asked for and not shown. */
  readonly readSecret: () => Promise<string>
  readonly warn: (text: string) => void
  /** Unix milliseconds. */
  readonly now: () => number
}
