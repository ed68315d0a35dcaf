import { html, type TemplateResult } from 'lit-html'
import { encodeQR } from 'qr'

/** Modules around a code that stay white: scanners need four. */
const quiet = 4
const pixelsPerModule = 12

/** A QR code as rows of modules, quiet zone included; true = dark. */
export const qrModules = (text: string): boolean[][] => encodeQR(text, 'raw', { ecc: 'medium', border: quiet })

/** Each run of dark modules of a row as one rectangle. */
const pathOf = (modules: readonly (readonly boolean[])[]): string =>
  modules
    .flatMap((row, y) =>
      row.flatMap((dark, x) => {
        if (!dark || row[x - 1]) return []
        const end = row.indexOf(false, x)
        return [`M${x} ${y}h${(end < 0 ? row.length : end) - x}v1H${x}z`]
      }),
    )
    .join('')

/** A QR code for the eye of a camera: dark on white in either theme. */
export const qrPicture = (text: string, label: string): TemplateResult => {
  const modules = qrModules(text)
  const side = modules.length
  return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label=${label} shape-rendering="crispEdges">
    <rect width=${side} height=${side} fill="#fff" />
    <path d=${pathOf(modules)} fill="#000" />
  </svg>`
}

/** The same as a PNG file, for printing or sending. */
export const qrFile = async (text: string): Promise<Blob> => {
  const modules = qrModules(text)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = modules.length * pixelsPerModule
  const pen = canvas.getContext('2d')
  if (!pen) throw new TypeError('this browser draws no pictures')
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.fillStyle = '#000'
  for (const [y, row] of modules.entries())
    for (const [x, dark] of row.entries())
      if (dark) pen.fillRect(x * pixelsPerModule, y * pixelsPerModule, pixelsPerModule, pixelsPerModule)
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new TypeError('the picture could not be made'))),
      'image/png',
    )
  })
}
