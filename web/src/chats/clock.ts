import { html, nothing, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { duration } from '../ui/time.ts'

/** This device's clock is wrong, by how much, and what the app does about it. */
export const clockWarning = ({ skew }: Session): TemplateResult | typeof nothing => {
  if (skew.value === 0) return nothing
  const by = duration(Math.abs(skew.value))
  return html`<p>${skew.value > 0 ? t.clock.ahead(by) : t.clock.behind(by)}</p>`
}
