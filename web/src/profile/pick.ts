import { headerBytes, isShowable, readImage } from '../files/image-header.ts'

/** Why a file cannot be taken. */
export type PickProblem = 'tooLarge' | 'unreadable' | 'blocked'

const mostBytes = 32 * 1024 * 1024
const longestSide = 1_280

const probe = [40, 130, 220] as const
const tolerance = 4

/** Whether a page may read pictures here: against fingerprints some browsers hand out noise instead. */
const canRead = (): boolean => {
  const context = new OffscreenCanvas(4, 4).getContext('2d')
  if (!context) return false
  context.fillStyle = `rgb(${probe.join(' ')})`
  context.fillRect(0, 0, 4, 4)
  const { data } = context.getImageData(0, 0, 4, 4)
  return data.every((value, i) => i % 4 === 3 || Math.abs(value - (probe[i % 4] ?? 0)) <= tolerance)
}

/** The picture in a file, upright and not larger than it has to be. Its header is looked at before it is decoded. */
export const pickPicture = async (file: Blob): Promise<ImageBitmap | PickProblem> => {
  if (file.size > mostBytes) return 'tooLarge'
  const facts = readImage(new Uint8Array(await file.slice(0, headerBytes).arrayBuffer()))
  if (!facts) return 'unreadable'
  if (!isShowable(facts)) return 'tooLarge'
  if (!canRead()) return 'blocked'
  try {
    const whole = await createImageBitmap(file)
    const scale = longestSide / Math.max(whole.width, whole.height)
    if (scale >= 1) return whole
    const [width, height] = [whole.width, whole.height].map((side) => Math.max(1, Math.round(side * scale)))
    const smaller = await createImageBitmap(whole, {
      ...{ resizeWidth: width ?? 1, resizeHeight: height ?? 1, resizeQuality: 'high' },
    })
    whole.close()
    return smaller
  } catch {
    return 'unreadable'
  }
}
