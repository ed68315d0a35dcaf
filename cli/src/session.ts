/** Where one run of the command line happens. */
export type Session = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Everything on standard input, within a limit; it can be read once. */
  readonly readStdin: () => Promise<string>
  /** The same for a secret: at a terminal one line, asked for and not shown. */
  readonly readSecret: () => Promise<string>
  /** To standard output, for what is too long for one report; resolves when there is room for more. */
  readonly write: (text: string) => Promise<void>
  readonly warn: (text: string) => void
  /** To standard error, while something takes its time. */
  readonly note: (text: string) => void
  /** Unix milliseconds. */
  readonly now: () => number
}
