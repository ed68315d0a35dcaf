import { type KeptFile, partsOf } from '../storage/files.ts'
import type { ImageFacts } from '../storage/message.ts'
import { nameToSave } from './name.ts'

/** A file as a blob. Of no type but a picture's: nothing that a browser would run or lay out in our name. */
export const blobOf = async (file: KeptFile, image?: ImageFacts): Promise<Blob> =>
  new Blob(await partsOf(file), { type: image?.type ?? 'application/octet-stream' })

const heldMs = 60_000

/** Hands a file over to the browser's downloads. */
export const saveFile = async (file: KeptFile): Promise<void> => {
  const url = URL.createObjectURL(await blobOf(file))
  const link = document.createElement('a')
  link.href = url
  link.download = nameToSave(file.name)
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), heldMs)
}
