import { open } from 'node:fs/promises'
import { fileError } from './read-input.ts'

/** A new file with `text` on disk when this resolves; only its owner can read it. */
const writeNew = async (path: string, text: string): Promise<void> => {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Writes a file that must not exist yet; only its owner can read it. */
export const createPrivateFile = async (path: string, text: string): Promise<void> => {
  try {
    await writeNew(path, text)
  } catch (error) {
    throw fileError(path, 'written', error)
  }
}
