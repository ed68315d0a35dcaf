import type { Call } from '../command.ts'
import { CliError, EXIT, usageError } from '../errors.ts'
import { readInputFile } from '../files/read-input.ts'

const MAX_SECRET_BYTES = 4096

const fromFile = async (path: string, { session }: Call): Promise<string> => {
  const { text, mode } = await readInputFile(path, MAX_SECRET_BYTES)
  if ((mode & 0o077) !== 0) {
    session.warn(`${path} can be read by others on this machine (mode ${mode.toString(8)}); chmod 600 keeps it yours`)
  }
  return text
}

const fromStdin = async ({ session }: Call): Promise<string> => {
  const text = await session.readSecret()
  if (text.length > MAX_SECRET_BYTES) throw usageError('what came on standard input is too long for a key')
  return text
}

/** What stands behind `--<name> <value>` or `--<name>-file <path>`: from standard input, a file, or the command line itself. */
export const readSecretText = async (name: string, call: Call): Promise<string> => {
  const path = call.option(`${name}-file`)
  const value = call.option(name)
  if (path !== undefined) return fromFile(path, call)
  if (value === undefined) throw usageError(`--${name} needs a value`)
  if (value === '-') return fromStdin(call)
  if (value.startsWith('@')) return fromFile(value.slice(1), call)
  call.session.warn(
    `--${name} on the command line can be seen by others on this machine; use --${name}-file or --${name} -`,
  )
  return value
}

/** The same for a key, without blanks around it. */
export const readSecret = async (name: string, call: Call): Promise<string> => {
  const secret = (await readSecretText(name, call)).trim()
  if (secret === '') throw new CliError(EXIT.usage, 'no_key', `--${name}: there is no key in it`)
  return secret
}
