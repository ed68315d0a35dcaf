import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import type { Person } from '../storage/person.ts'
import { t } from '../strings/index.ts'
import { notice } from '../ui/notice.ts'
import { personOf } from './state.ts'

/** What is wrong with somebody's key, in plain words; undefined when nothing is. */
export const alarmText = ({ alarm, chain }: Person): string | undefined => {
  if (alarm) return t.people.alarm[alarm.kind]
  if (chain?.status === 'rotated') return t.people.alarm.rotated(chain.rotated_to ?? '')
  return chain?.status === 'revoked' ? t.people.alarm.revoked : undefined
}

/** A warning on a person's own page. */
export const alarm = (person: Person): TemplateResult | typeof nothing => {
  const text = alarmText(person)
  return text === undefined ? nothing : notice('bad', html`<strong>${t.people.alarm.title}</strong><p>${text}</p>`)
}

/** The same above the messages of a thread. */
export const threadAlarm = (session: Session, tag: string): TemplateResult | typeof nothing => {
  const text = alarmText(personOf(session, tag))
  if (text === undefined) return nothing
  const more = html`
    <strong>${t.people.alarm.title}</strong>
    <p>${text}</p>
    <p><a class="button plain" href=${linkTo({ name: 'person', tag })}>${t.people.alarm.open}</a></p>
  `
  return html`<div class="thread-alarm">${notice('bad', more)}</div>`
}
