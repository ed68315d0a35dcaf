/** px of the picture that was chosen. */
export type Size = { readonly width: number; readonly height: number }

/** Which square of a picture is used: its centre in px, and how far it is zoomed; 1 = as large as fits. */
export type Crop = { readonly x: number; readonly y: number; readonly zoom: number }

const fewestPixels = 64
const most = 8

/** How far may be zoomed: not into fewer pixels than the smallest published picture has. */
export const mostZoom = ({ width, height }: Size): number =>
  Math.min(most, Math.max(1, Math.min(width, height) / fewestPixels))

/** px a side of the square. */
export const sideOf = ({ width, height }: Size, { zoom }: Crop): number => Math.min(width, height) / zoom

const between = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value))

/** The nearest square that is within the picture. */
const within = (size: Size, { x, y, zoom }: Crop): Crop => {
  const sound = between(1, zoom, mostZoom(size))
  const half = sideOf(size, { x, y, zoom: sound }) / 2
  return { x: between(half, x, size.width - half), y: between(half, y, size.height - half), zoom: sound }
}

/** The middle of the picture, as much of it as there is. */
export const wholeCrop = ({ width, height }: Size): Crop => ({ x: width / 2, y: height / 2, zoom: 1 })

/** The picture is dragged by so much; 1 = the whole side of the square. */
export const moved = (size: Size, crop: Crop, right: number, down: number): Crop => {
  const side = sideOf(size, crop)
  return within(size, { ...crop, x: crop.x - right * side, y: crop.y - down * side })
}

/** Zooms to so much, and what is at a place of the square stays there; 0 to 1 from its left and top. */
export const zoomedTo = (size: Size, crop: Crop, zoom: number, at = { x: 0.5, y: 0.5 }): Crop => {
  const sound = between(1, zoom, mostZoom(size))
  const less = sideOf(size, crop) - sideOf(size, { ...crop, zoom: sound })
  return within(size, { x: crop.x + (at.x - 0.5) * less, y: crop.y + (at.y - 0.5) * less, zoom: sound })
}

/** Where the square is in the picture, px. */
export const squareOf = (
  size: Size,
  crop: Crop,
): { readonly left: number; readonly top: number; readonly side: number } => {
  const side = sideOf(size, crop)
  return { left: crop.x - side / 2, top: crop.y - side / 2, side }
}
