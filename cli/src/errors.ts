/** What `kez` ends with; docs/identity.md lists them. */
export const EXIT = {
  ok: 0,
  /** A proof or chain does not stand, or a server refused. */
  refused: 1,
  /** The command line, a key or a document given to it is wrong. */
  usage: 2,
  /** A server was not reached or did not answer as agreed. */
  network: 3,
  /** A file on this machine cannot be read, written or trusted. */
  files: 4,
  /** A fault of kez itself. */
  fault: 70,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Ends the command: `code` is stable for machines, `message` is for people and holds no secret. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: string
  readonly exitCode: ExitCode
  /** What to do about it, on a line of its own. */
  readonly hint: string | undefined

  constructor(exitCode: ExitCode, code: string, message: string, options: ErrorOptions & { hint?: string } = {}) {
    super(message, options)
    this.exitCode = exitCode
    this.code = code
    this.hint = options.hint
  }
}

export const usageError = (message: string, hint?: string): CliError =>
  new CliError(EXIT.usage, 'usage', message, hint === undefined ? {} : { hint })
