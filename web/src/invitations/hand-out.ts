import { qrFile } from './qr.ts'

/** Whether this system has a sheet for sharing. */
export const canShare = (): boolean => typeof navigator.share === 'function'

/** Opens the system's own sheet. Closing it without a choice is no failure. */
export const share = async (text: string, url: string): Promise<void> => {
  await navigator.share({ text, url }).catch(() => undefined)
}

const longEnoughToSave = 60_000

/** Saves the QR code as a picture. */
export const savePicture = async (link: string, name: string): Promise<void> => {
  const url = URL.createObjectURL(await qrFile(link))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = `${name}.png`
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), longEnoughToSave)
}
