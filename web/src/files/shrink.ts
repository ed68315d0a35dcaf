/** A picture as it is drawn anew: upright, and with nothing in it but what is seen. */
export type Drawn = { readonly blob: Blob; readonly width: number; readonly height: number }

export type ShrinkOptions = {
  /** px */
  readonly longestSide: number
  /** 0 to 1 */
  readonly quality: number
  /** Beyond that it is not drawn. */
  readonly mostPixels: number
}

const mayBeTransparent = new Set(['image/png', 'image/webp', 'image/gif', 'image/avif'])

const encode = (canvas: HTMLCanvasElement, type: string, quality: number): Promise<Blob> =>
  new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new TypeError('not drawn'))), type, quality),
  )

/**
 * Draws a picture anew, not larger than `longestSide`: photos as JPEG, what may be transparent as WebP (as PNG where the
 * browser makes no WebP). Look at its header first: decoding takes 4 bytes a pixel. Rejects when it is no picture.
 */
export const shrink = async (blob: Blob, { longestSide, quality, mostPixels }: ShrinkOptions): Promise<Drawn> => {
  const bitmap = await createImageBitmap(blob)
  try {
    if (bitmap.width * bitmap.height > mostPixels) throw new TypeError('too large')
    const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    const context = canvas.getContext('2d')
    if (!context) throw new TypeError('no canvas')
    context.imageSmoothingQuality = 'high'
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    const type = mayBeTransparent.has(blob.type) ? 'image/webp' : 'image/jpeg'
    return { blob: await encode(canvas, type, quality), width: canvas.width, height: canvas.height }
  } finally {
    bitmap.close()
  }
}
