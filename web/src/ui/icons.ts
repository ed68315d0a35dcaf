import { html, svg, type TemplateResult } from 'lit-html'

const icon = (paths: unknown, size = 20): TemplateResult =>
  html`<svg width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`

export const backIcon = (): TemplateResult => icon(svg`<path d="M19 12H5M11 6l-6 6 6 6" />`)
export const composeIcon = (): TemplateResult => icon(svg`<path d="M12 5v14M5 12h14" />`)
export const settingsIcon = (): TemplateResult =>
  icon(svg`<path d="M4 7h9M19 7h1M4 17h1M11 17h9" /><circle cx="16" cy="7" r="3" /><circle cx="8" cy="17" r="3" />`)
export const sendIcon = (): TemplateResult => icon(svg`<path d="M12 19V5M6 11l6-6 6 6" />`)
export const downIcon = (): TemplateResult => icon(svg`<path d="M12 5v14M6 13l6 6 6-6" />`)
export const searchIcon = (): TemplateResult => icon(svg`<circle cx="11" cy="11" r="6" /><path d="m20 20-4.5-4.5" />`)
export const lockIcon = (size?: number): TemplateResult =>
  icon(svg`<rect x="5" y="11" width="14" height="9" rx="2" /><path d="M8 11V8a4 4 0 0 1 8 0v3" />`, size)
export const keyIcon = (): TemplateResult => icon(svg`<circle cx="8" cy="15" r="4" /><path d="m11 12 8-8M16 7l3 3" />`)
export const serverIcon = (): TemplateResult =>
  icon(
    svg`<rect x="4" y="4" width="16" height="7" rx="2" /><rect x="4" y="13" width="16" height="7" rx="2" /><path d="M8 7.5h.01M8 16.5h.01" />`,
  )
export const warnIcon = (size?: number): TemplateResult =>
  icon(svg`<path d="M12 4 2.5 20h19z" /><path d="M12 10v4M12 17h.01" />`, size)
export const copyIcon = (): TemplateResult =>
  icon(svg`<rect x="9" y="9" width="11" height="11" rx="2" /><path d="M5 15V6a2 2 0 0 1 2-2h9" />`)
export const chatIcon = (size?: number): TemplateResult => icon(svg`<path d="M4 5h16v11H10l-5 4v-4H4z" />`, size)
export const checkIcon = (size = 14): TemplateResult => icon(svg`<path d="m5 13 5 5 9-11" />`, size)
export const doubleCheckIcon = (size = 16): TemplateResult =>
  icon(svg`<path d="m2 13 5 5 8-10M11.5 17l1 1 9-11" />`, size)
export const clockIcon = (size = 14): TemplateResult =>
  icon(svg`<circle cx="12" cy="12" r="9" /><path d="M12 7v5l3 2" />`, size)
/** A clock that runs out. */
export const timerIcon = (size = 14): TemplateResult =>
  icon(svg`<path d="M7 3h10M7 21h10M8 3c0 5 8 7 8 12v6M16 3c0 5-8 7-8 12v6" />`, size)
export const crossIcon = (size = 14): TemplateResult => icon(svg`<path d="m6 6 12 12M18 6 6 18" />`, size)
export const bellIcon = (): TemplateResult => icon(svg`<path d="M6 16v-5a6 6 0 0 1 12 0v5M4 17h16M10 20h4" />`)
export const fileIcon = (): TemplateResult => icon(svg`<path d="M6 3h8l5 5v13H6zM14 3v5h5" />`, 28)
export const attachIcon = (): TemplateResult =>
  icon(
    svg`<path d="m20 11-8.500 8.500a5 5 0 0 1-7-7L13 4a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.700 1.700 0 0 1-2.300-2.300L14 7.500" />`,
  )
export const saveIcon = (): TemplateResult => icon(svg`<path d="M12 4v11M7 11l5 5 5-5M5 20h14" />`)
export const zoomIcon = (): TemplateResult =>
  icon(svg`<circle cx="11" cy="11" r="6" /><path d="m20 20-4.5-4.5M11 8.5v5M8.500 11h5" />`)
export const moreIcon = (): TemplateResult => icon(svg`<path d="M12 5h.01M12 12h.01M12 19h.01" stroke-width="3" />`)
/** A seal with a tick: a person who has proven who they are. */
export const verifiedIcon = (size = 18): TemplateResult =>
  icon(
    svg`<path d="m12 2.5 2.6 1.9 3.2 0 1 3.1 2.6 1.9-1 3.1 1 3.1-2.6 1.9-1 3.1-3.2 0L12 22.500l-2.600-1.900-3.200 0-1-3.100-2.600-1.900 1-3.100-1-3.100 2.600-1.900 1-3.100 3.200 0z" /><path d="m8.500 12.500 2.500 2.500 4.500-5" />`,
    size,
  )
export const muteIcon = (size = 14): TemplateResult =>
  icon(svg`<path d="M6 16V11a6 6 0 0 1 9-5.2M18 11v5M4 17h13M10 20h4M4 4l16 16" />`, size)
export const archiveIcon = (size?: number): TemplateResult =>
  icon(svg`<rect x="3" y="4" width="18" height="5" rx="1" /><path d="M5 9v11h14V9M10 13h4" />`, size)
export const requestIcon = (size?: number): TemplateResult =>
  icon(svg`<circle cx="10" cy="8" r="4" /><path d="M3 20a7 7 0 0 1 12-5M19 13v6M16 16h6" />`, size)
