import { checkJpeg, encodePng, type Pixels, shrink, VISUAL_SIDES } from '@kez-chat/messaging/visual'
import { type Crop, squareOf } from './crop.ts'

const keptSide = 256
const qualities = [0.85, 0.7, 0.5]
/** A profile has to have room for it. */
const mostBytes = 32 * 1024

const contextOf = (canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D => {
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new TypeError('no canvas')
  context.imageSmoothingQuality = 'high'
  return context
}

/** The section of a picture in a square; what is transparent becomes white. */
export const drawCrop = (
  context: OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D,
  bitmap: ImageBitmap,
  crop: Crop,
): void => {
  const { width } = context.canvas
  const { left, top, side } = squareOf(bitmap, crop)
  context.imageSmoothingQuality = 'high'
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, width)
  context.drawImage(bitmap, left, top, side, side, 0, 0, width, width)
}

const pngOf = (pixels: Pixels): Promise<Uint8Array<ArrayBuffer>> => encodePng(shrink(pixels, VISUAL_SIDES[0]))

const readPixels = (context: OffscreenCanvasRenderingContext2D): Pixels => {
  const { data } = context.getImageData(0, 0, keptSide, keptSide)
  return { width: keptSide, height: keptSide, data: new Uint8Array(data) }
}

const jpegOf = async (canvas: OffscreenCanvas): Promise<Uint8Array<ArrayBuffer>> => {
  for (const quality of qualities) {
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality })
    if (blob.size > mostBytes) continue
    const bytes = new Uint8Array(await blob.arrayBuffer())
    checkJpeg(bytes)
    return bytes
  }
  throw new TypeError('no small JPEG can be made')
}

/** The two forms of a picture that are kept: one to look at, one to scramble. */
export const renderPicture = async (
  bitmap: ImageBitmap,
  crop: Crop,
): Promise<{ readonly jpeg: Uint8Array<ArrayBuffer>; readonly png: Uint8Array<ArrayBuffer> }> => {
  const canvas = new OffscreenCanvas(keptSide, keptSide)
  const context = contextOf(canvas)
  drawCrop(context, bitmap, crop)
  return { jpeg: await jpegOf(canvas), png: await pngOf(readPixels(context)) }
}

/** The form to scramble of a picture of which only the JPEG is known. */
export const pngOfJpeg = async (jpeg: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> => {
  const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }))
  const context = contextOf(new OffscreenCanvas(keptSide, keptSide))
  context.drawImage(bitmap, 0, 0, keptSide, keptSide)
  bitmap.close()
  return pngOf(readPixels(context))
}
