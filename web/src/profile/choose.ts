import { newVisualKey } from '@kez-chat/messaging/visual'
import { signal } from '@preact/signals-core'
import { perVisit } from '../app/visit.ts'
import type { Session } from '../session/session.ts'
import { changeOwnPicture, type Picture } from '../storage/own-picture.ts'
import { attempt } from '../ui/attempt.ts'
import { type Crop, wholeCrop } from './crop.ts'
import { type PickProblem, pickPicture } from './pick.ts'
import { pngOfJpeg, renderPicture } from './render.ts'

export type Choosing =
  | { readonly step: 'look'; readonly problem?: PickProblem }
  | { readonly step: 'crop'; readonly bitmap: ImageBitmap; readonly crop: Crop; readonly saving: boolean }

/** How far this visit of the page has come with choosing a picture. */
export const choosing = perVisit(() => signal<Choosing>({ step: 'look' }))

export const pick = async (session: Session, file: Blob): Promise<void> => {
  const state = choosing(session)
  const picked = await pickPicture(file)
  state.value =
    typeof picked === 'string'
      ? { step: 'look', problem: picked }
      : { step: 'crop', bitmap: picked, crop: wholeCrop(picked), saving: false }
}

export const changeCrop = (session: Session, change: (crop: Crop, bitmap: ImageBitmap) => Crop): void => {
  const state = choosing(session)
  const now = state.peek()
  if (now.step === 'crop' && !now.saving) state.value = { ...now, crop: change(now.crop, now.bitmap) }
}

export const cancel = (session: Session): void => {
  choosing(session).value = { step: 'look' }
}

const keep = (session: Session, change: (before: Picture | undefined) => Picture | undefined): Promise<void> =>
  attempt(async () => {
    await changeOwnPicture(session.store, ({ picture: before, problem: _problem, ...own }) => {
      const picture = change(before)
      return { ...own, ...(picture ? { picture } : {}), given: [], chosen_at: session.now() }
    })
    session.pictureChanged()
  })

/** Keeps what is shown in the square; how strangers see it stays as it was chosen, scrambled unless told otherwise. */
export const save = async (session: Session): Promise<void> => {
  const state = choosing(session)
  const now = state.peek()
  if (now.step !== 'crop' || now.saving) return
  state.value = { ...now, saving: true }
  await attempt(async () => {
    const images = await renderPicture(now.bitmap, now.crop)
    await keep(session, (before) => ({ ...images, visual: before?.visual ?? true, ...newVisualKey() }))
  })
  state.value = { step: 'look' }
}

export const remove = (session: Session): Promise<void> => keep(session, () => undefined)

export const setVisual = (session: Session, visual: boolean): Promise<void> =>
  attempt(async () => {
    const { png, jpeg } = session.picture.seen.peek()?.own.picture ?? {}
    const made = png ?? (jpeg && (await pngOfJpeg(jpeg)))
    await keep(session, (before) => before && made && { ...before, png: made, visual, ...newVisualKey() })
  })
