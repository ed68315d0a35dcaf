import { randomBytes } from 'node:crypto'
import { link, open, readFile, rm } from 'node:fs/promises'

/** A file that a service makes for itself at its first start cannot be read or kept. */
export class FileUnusable extends Error {
  override readonly name = 'FileUnusable'
}

const codeOf = (cause: unknown): unknown => (cause instanceof Error && 'code' in cause ? cause.code : undefined)
const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const read = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw new FileUnusable(`${path} cannot be read`, { cause })
  }
}

/**
 * The text of a file for its owner only, made by `make` when there is none; of two processes that make it at once both get
 * the same. It is never replaced.
 * @throws {FileUnusable}
 */
export const readOrMakeFile = async (path: string, make: () => string): Promise<string> => {
  const present = await read(path)
  if (present !== undefined) return present
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const file = await open(draft, 'wx', 0o600)
    await file.writeFile(make())
    await file.sync()
    await file.close()
    // A link fails where a rename would replace what another process has just made.
    await link(draft, path).catch((cause: unknown) => {
      if (codeOf(cause) !== 'EEXIST') throw cause
    })
  } catch (cause) {
    throw new FileUnusable(`${path} cannot be made: ${textOf(cause)}`, { cause })
  } finally {
    await rm(draft, { force: true })
  }
  const made = await read(path)
  if (made === undefined) throw new FileUnusable(`${path} is gone again`)
  return made
}
