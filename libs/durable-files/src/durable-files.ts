import { randomUUID } from 'node:crypto'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

type Content = string | Uint8Array

/** Has a folder's names on disk when it resolves. @throws what `node:fs` throws */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const write = async (path: string, content: Content): Promise<void> => {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Writes beside `path`, lets `place` put the draft there, and leaves none. */
const byDraft = async (path: string, content: Content, place: (draft: string) => Promise<void>): Promise<void> => {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    await write(draft, content)
    await place(draft)
  } finally {
    await rm(draft, { force: true })
  }
  await syncFolder(dirname(path))
}

/**
 * A new file that only its owner can read, on disk when this resolves. A crash can leave a part of it.
 * @throws what `node:fs` throws, `EEXIST` when there is one
 */
export const createFile = async (path: string, content: Content): Promise<void> => {
  await write(path, content)
  await syncFolder(dirname(path))
}

/**
 * Replaces a file as a whole, on disk when this resolves; only its owner can read it. After a crash it is the old one or the
 * new one.
 * @throws what `node:fs` throws
 */
export const replaceFile = (path: string, content: Content): Promise<void> =>
  byDraft(path, content, (draft) => rename(draft, path))

/**
 * Makes a file as a whole, on disk when this resolves; only its owner can read it. One that is there stays, also when another
 * process makes it at the same moment: then this resolves as well.
 * @throws what `node:fs` throws
 */
export const makeFile = (path: string, content: Content): Promise<void> =>
  byDraft(path, content, async (draft) => {
    // A link fails where a rename would replace.
    await link(draft, path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST') throw cause
    })
  })
