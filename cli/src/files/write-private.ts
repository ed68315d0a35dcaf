import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
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

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a folder that only its owner can look into; one that exists is left as it is. */
export const makePrivateFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw fileError(folder, 'written', error)
  }
}

/** Replaces a file as a whole, on disk when this resolves; only its owner can read it. */
export const replacePrivateFile = async (path: string, text: string): Promise<void> => {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    await writeNew(draft, text)
    await rename(draft, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(draft, { force: true })
    throw fileError(path, 'written', error)
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
