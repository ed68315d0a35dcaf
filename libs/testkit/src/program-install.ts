import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installByApt, isDebian, lastWords } from './apt-install.ts'

const places = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin']

const find = (name: string): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...places]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))

/**
 * A program that a test runs for real, for instance `nginx`: the machine's own, or Debian's package, which is not started as a service.
 * @throws Error that says what to install
 */
export const ensureProgram = async (name: string, debianPackage = name): Promise<string> => {
  const present = find(name)
  if (present) return present
  let reason = 'only on Debian is it installed by itself'
  if (isDebian())
    await installByApt(debianPackage).catch((error: unknown) => {
      reason = lastWords(error)
    })
  const found = find(name)
  if (found) return found
  throw new Error(`The tests need the program ${name}, and it is not here: ${reason}. Install it and run them again.`)
}
