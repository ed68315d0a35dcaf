import { html, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { holdUnsaved } from '../app/unsaved.ts'
import type { Session } from '../session/session.ts'
import { profileWords } from '../strings/profile.ts'
import { changeCrop } from './choose.ts'
import { type Crop, mostZoom, moved, zoomedTo } from './crop.ts'
import { drawCrop } from './render.ts'

const pixels = 640
const step = 0.05
const zoomStep = 1.1

type Point = { readonly x: number; readonly y: number }

const fingers = new Map<number, Point>()

/** Where in the square something is, 0 to 1. */
const placeIn = ({ currentTarget, clientX, clientY }: PointerEvent | WheelEvent): Point => {
  if (!(currentTarget instanceof Element)) return { x: 0.5, y: 0.5 }
  const { left, top, width } = currentTarget.getBoundingClientRect()
  return { x: (clientX - left) / width, y: (clientY - top) / width }
}

const apart = ([a, b]: readonly Point[]): number => (a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0)

const middle = (points: readonly Point[]): Point => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
})

const down = (event: PointerEvent): void => {
  if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId)
  fingers.set(event.pointerId, placeIn(event))
}

const lift = ({ pointerId }: PointerEvent): void => {
  fingers.delete(pointerId)
}

/** Dragging moves what is seen, two fingers zoom as well. */
const move =
  (session: Session) =>
  (event: PointerEvent): void => {
    const before = [...fingers.values()]
    if (!fingers.has(event.pointerId)) return
    fingers.set(event.pointerId, placeIn(event))
    const after = [...fingers.values()]
    const [from, to] = [middle(before), middle(after)]
    changeCrop(session, (crop, bitmap) => {
      const dragged = moved(bitmap, crop, to.x - from.x, to.y - from.y)
      const by = apart(before) > 0 ? apart(after) / apart(before) : 1
      return zoomedTo(bitmap, dragged, dragged.zoom * by, to)
    })
  }

const wheel =
  (session: Session) =>
  (event: WheelEvent): void => {
    event.preventDefault()
    const at = placeIn(event)
    const by = Math.exp(-event.deltaY / 400)
    changeCrop(session, (crop, bitmap) => zoomedTo(bitmap, crop, crop.zoom * by, at))
  }

const keys: Readonly<Record<string, (crop: Crop, bitmap: ImageBitmap) => Crop>> = {
  ArrowLeft: (crop, bitmap) => moved(bitmap, crop, step, 0),
  ArrowRight: (crop, bitmap) => moved(bitmap, crop, -step, 0),
  ArrowUp: (crop, bitmap) => moved(bitmap, crop, 0, step),
  ArrowDown: (crop, bitmap) => moved(bitmap, crop, 0, -step),
  '+': (crop, bitmap) => zoomedTo(bitmap, crop, crop.zoom * zoomStep),
  '-': (crop, bitmap) => zoomedTo(bitmap, crop, crop.zoom / zoomStep),
}

const press =
  (session: Session) =>
  (event: KeyboardEvent): void => {
    const change = keys[event.key]
    if (!change || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    changeCrop(session, change)
  }

const slide =
  (session: Session) =>
  ({ target }: Event): void => {
    if (!(target instanceof HTMLInputElement)) return
    const zoom = target.valueAsNumber
    changeCrop(session, (crop, bitmap) => zoomedTo(bitmap, crop, zoom))
  }

let release: (() => void) | undefined

/** What is being cropped stands nowhere else: a new version of the app waits for it. */
const hold = (element: Element | undefined): void => {
  if (element) release ??= holdUnsaved()
  else {
    release?.()
    release = undefined
  }
}

/** The square in which somebody decides what of a picture is used: by finger, mouse, slider or keyboard. */
export const cropStage = (session: Session, bitmap: ImageBitmap, crop: Crop): TemplateResult => {
  const words = profileWords().crop
  const draw = (element: Element | undefined): void => {
    const context = element instanceof HTMLCanvasElement ? element.getContext('2d') : undefined
    if (context) drawCrop(context, bitmap, crop)
  }
  return html`
    <canvas class="crop-stage" width=${pixels} height=${pixels} tabindex="0" role="application" aria-label=${words.stage}
      aria-describedby="crop-hint" ${ref(draw)} @pointerdown=${down} @pointermove=${move(session)} @pointerup=${lift}
      @pointercancel=${lift} @wheel=${wheel(session)} @keydown=${press(session)}></canvas>
    <p class="muted small" id="crop-hint" ${ref(hold)}>${words.hint}</p>
    <label class="slider">
      <span>${words.zoom}</span>
      <input type="range" min="1" max=${mostZoom(bitmap)} step="0.01" .value=${String(crop.zoom)} @input=${slide(session)} />
    </label>
  `
}
