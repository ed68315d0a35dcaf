import { html, nothing, type TemplateResult } from 'lit-html'
import { partsOf } from '../claims/channels.ts'
import type { ProofMemo } from '../storage/person.ts'
import { t } from '../strings/index.ts'
import { checkIcon, clockIcon, warnIcon } from '../ui/icons.ts'
import { ago, fullDate } from '../ui/time.ts'
import type { Mark } from './marks.ts'

/** Everything that can stand beside a claim. */
export type MarkState = Mark['state'] | 'unpublished'

export const reasonText = (reason: string | undefined): string =>
  reason === undefined ? '' : (t.people.reasons[reason] ?? t.people.otherReason(reason))

const icons: Readonly<Record<MarkState, () => TemplateResult>> = {
  verified: () => checkIcon(20),
  old: () => clockIcon(20),
  failed: () => warnIcon(20),
  unknown: () => clockIcon(20),
  unchecked: () => clockIcon(20),
  revoked: () => warnIcon(20),
  unpublished: () => clockIcon(20),
}

const checkedBy = ({ by, at }: ProofMemo, now: number): string => t.people.marks.by[by](ago(at, now))

/** What is known of a claim, in one line: how it stands, who looked and when, or when it was said. */
const factsOf = ({ state, check, since, reason }: Omit<Mark, 'subject'>, now: number): string => {
  const { marks } = t.people
  if (state === 'revoked') {
    const when = since === undefined ? '' : ` ${marks.taken(fullDate(since))}`
    return `${marks.revoked}${when}${reason === undefined ? '' : `: ${marks.reason(reason)}`}`
  }
  if (check) return `${marks[state]}, ${checkedBy(check, now)}`
  return since === undefined ? marks[state] : `${marks[state]}, ${marks.said(fullDate(since))}`
}

const placeOf = ({ place }: ProofMemo): TemplateResult | typeof nothing => {
  if (place === undefined) return nothing
  return /^https:\/\//.test(place)
    ? html`<a class="place" href=${place} target="_blank" rel="noopener noreferrer nofollow">${place}</a>`
    : html`<span class="place">${place}</span>`
}

const claimName = (subject: string): TemplateResult => {
  const { channel, value } = partsOf(subject)
  return html`
    ${channel ? html`<span class="muted small">${t.people.channels[channel]}</span>` : nothing}
    <strong>${value}</strong>
  `
}

/** One claim with its own mark; without its name where that stands above, without the way to its place inside a link. */
export const markRow = (
  mark: Omit<Mark, 'state'> & { readonly state: MarkState },
  { name, place, now }: { readonly name: boolean; readonly place: boolean; readonly now: number },
): TemplateResult => html`
  <div class="claim" data-state=${mark.state}>
    <span class="mark">${icons[mark.state]()}</span>
    <div>
      ${name ? html`<div class="claim-name">${claimName(mark.subject)}</div>` : nothing}
      <p class="small">${mark.state === 'unpublished' ? t.people.marks.unpublished : factsOf({ ...mark, state: mark.state }, now)}</p>
      ${
        mark.check?.status === 'failed' && mark.state !== 'revoked'
          ? html`<p class="muted small">${reasonText(mark.check.reason)}</p>`
          : nothing
      }
      ${place && mark.check && mark.state === 'verified' ? html`<p class="muted small">${placeOf(mark.check)}</p>` : nothing}
    </div>
  </div>
`

/** All of somebody's claims. */
export const marksList = (marks: readonly Mark[], now: number): TemplateResult => html`
  <ul class="claims">${marks.map((mark) => html`<li>${markRow(mark, { name: true, place: true, now })}</li>`)}</ul>
`
