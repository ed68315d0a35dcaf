import { type PrimaryId, primaryHex } from '@kez-chat/identity'
import { html, svg, type TemplateResult } from 'lit-html'

const side = 5
const half = 3

/** Which of the 5×5 cells are filled: the left half comes from the key, the right half mirrors it. */
export const identiconCells = (primary: PrimaryId): [x: number, y: number][] => {
  const key = primaryHex(primary)
  const cells: [number, number][] = []
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const column = x < half ? x : side - 1 - x
      if (Number.parseInt(key.charAt(8 + y * half + column), 16) % 2 === 0) cells.push([x, y])
    }
  }
  return cells
}

/** A picture of a key. Decoration beside a name: two keys may look alike. */
export const identicon = (primary: PrimaryId, size = 44): TemplateResult => {
  const hue = Number.parseInt(primaryHex(primary).slice(0, 4), 16) % 360
  return html`<svg class="identicon" width=${size} height=${size} viewBox="-1 -1 7 7" aria-hidden="true" fill=${`hsl(${hue} 62% 52%)`} shape-rendering="crispEdges">
    ${identiconCells(primary).map(([x, y]) => svg`<rect x=${x} y=${y} width="1" height="1" />`)}
  </svg>`
}

/** `7b0d47d9…1b14`: enough of a key to tell people apart who have no confirmed handle. */
export const shortKey = (primary: PrimaryId): string => {
  const key = primaryHex(primary)
  return `${key.slice(0, 8)}…${key.slice(-4)}`
}
