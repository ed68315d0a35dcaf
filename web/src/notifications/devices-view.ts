import type { PushSubscriptionInfo } from '@kez-chat/contracts'
import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { confirmDialog } from '../ui/dialog.ts'
import { dayName, fullDate, timeOfDay } from '../ui/time.ts'
import { removeDevice, turnOff } from './actions.ts'
import { knownOf } from './state.ts'

/** The device that is about to be removed. */
const asked = signal<PushSubscriptionInfo | undefined>(undefined)

const moment = (iso: string): string => {
  const at = Date.parse(iso)
  return `${dayName(at)}, ${timeOfDay(at)}`
}

const nameOf = ({ label }: PushSubscriptionInfo): string => label || t.notifications.devices.unnamed

/** When the push service last took a push for it, or the device itself said that one had come. */
const lastReached = ({ last_success, last_receipt }: PushSubscriptionInfo): string | undefined =>
  [last_success, last_receipt]
    .filter((at) => at !== null)
    .sort()
    .at(-1)

const howItGoes = (device: PushSubscriptionInfo): TemplateResult => {
  const { last_failure, failure } = device
  const reached = lastReached(device)
  const { devices, doctor } = t.notifications
  return html`
    ${reached === undefined ? devices.never : devices.reached(moment(reached))}
    ${failure === null || last_failure === null ? nothing : html`<span class="bad-text">${devices.failed(moment(last_failure))}</span> ${doctor.advice[failure]}`}
  `
}

const row = (session: Session, device: PushSubscriptionInfo): TemplateResult => {
  const { own, working } = knownOf(session)
  const isOwn = device.fingerprint === own.value
  const remove = (): void => {
    asked.value = device
  }
  return html`
    <li class="device">
      <div>
        <strong>${nameOf(device)}</strong>
        ${isOwn ? html`<span class="tag">${t.notifications.devices.here}</span>` : nothing}
        <p class="muted small">
          ${t.notifications.devices.since(fullDate(Date.parse(device.created_at)))} ${howItGoes(device)}
        </p>
      </div>
      <button class="button" type="button" aria-disabled=${working.value}
        aria-label=${t.notifications.devices.removeNamed(nameOf(device))} @click=${remove}>
        ${t.notifications.devices.remove}
      </button>
    </li>
  `
}

const sure = (session: Session, device: PushSubscriptionInfo): TemplateResult =>
  confirmDialog({
    title: t.notifications.devices.sureTitle(nameOf(device)),
    text: t.notifications.devices.sure,
    yes: t.notifications.devices.remove,
    answer: (yes) => {
      asked.value = undefined
      if (!yes) return
      void (device.fingerprint === knownOf(session).own.value
        ? turnOff(session)
        : removeDevice(session, device.fingerprint))
    },
  })

/** Every device of this person that is woken; this one first. */
export const devicesView = (session: Session): TemplateResult | typeof nothing => {
  const { devices, own } = knownOf(session)
  const list = devices.value?.subscriptions ?? []
  if (list.length === 0) return nothing
  const isOwn = ({ fingerprint }: PushSubscriptionInfo): boolean => fingerprint === own.value
  const sorted = [...list.filter(isOwn), ...list.filter((device) => !isOwn(device))]
  return html`
    <section class="setting">
      <h2>${t.notifications.devices.title}</h2>
      <p class="muted">${t.notifications.devices.text}</p>
      <ul class="devices">${sorted.map((device) => row(session, device))}</ul>
      ${asked.value ? sure(session, asked.value) : nothing}
    </section>
  `
}
