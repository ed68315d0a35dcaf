import type { KeptFile } from '../storage/files.ts'
import type { ImageFacts } from '../storage/message.ts'
import { blobOf } from './save.ts'

/** A picture as PNG, the one kind that every clipboard takes. */
export const pngOf = async (file: KeptFile | undefined, image: ImageFacts | undefined): Promise<Blob> => {
  if (!file || !image) throw new TypeError('no picture')
  const bitmap = await createImageBitmap(await blobOf(file, image))
  const canvas = document.createElement('canvas')
  canvas.width = bitmap.width
  canvas.height = bitmap.height
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
  bitmap.close()
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new TypeError('not drawn')))),
  )
}
