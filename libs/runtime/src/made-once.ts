import { readFile } from 'node:fs/promises'
import { makeFile } from '@kez-chat/durable-files'

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
  try {
    await makeFile(path, make())
  } catch (cause) {
    throw new FileUnusable(`${path} cannot be made: ${textOf(cause)}`, { cause })
  }
  const made = await read(path)
  if (made === undefined) throw new FileUnusable(`${path} is gone again`)
  return made
}
