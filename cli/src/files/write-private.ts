import { mkdir } from 'node:fs/promises'
import { createFile, replaceFile } from '@kez-chat/durable-files'
import { fileError } from './read-input.ts'

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
  try {
    await replaceFile(path, text)
  } catch (error) {
    throw fileError(path, 'written', error)
  }
}

/** Writes a file that must not exist yet; only its owner can read it. */
export const createPrivateFile = async (path: string, text: string): Promise<void> => {
  try {
    await createFile(path, text)
  } catch (error) {
    throw fileError(path, 'written', error)
  }
}
