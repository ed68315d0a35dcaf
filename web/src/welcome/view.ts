import { html, nothing, type TemplateResult } from 'lit-html'
import { cameFrom, linkTo } from '../app/route.ts'
import { isApple } from '../notifications/here.ts'
import { firstQuestion } from '../notifications/question.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { checkIcon } from '../ui/icons.ts'
import { screen } from '../ui/screen.ts'
import { canInstall, install, isInstalled } from './install.ts'
import { lastProven } from './last-proven.ts'
import { progressOf } from './progress.ts'

type Step = {
  readonly name: keyof typeof t.keys.welcome.steps
  readonly done: boolean
  readonly text?: string
  readonly action?: TemplateResult
}

const link = (name: 'drill' | 'quick-unlock' | 'settings' | 'notifications' | 'add-claim'): TemplateResult =>
  html`<a class="button" href=${linkTo({ name })}>${t.keys.open}</a>`

const installStep = (done: boolean): Step => {
  if (done || isInstalled.value) return { name: 'install', done: true }
  if (canInstall()) {
    const action = html`<button class="button" type="button" @click=${install}>${t.keys.welcome.install}</button>`
    return { name: 'install', done: false, action }
  }
  return { name: 'install', done: false, text: isApple() ? t.keys.welcome.installApple : t.keys.welcome.installOther }
}

const stepsOf = (session: Session): Step[] => {
  const { done, proven_at: proven } = progressOf(session).value ?? { done: {} }
  return [
    {
      name: 'phrase',
      done: done.phrase !== undefined,
      action: link('settings'),
      ...(done.phrase === undefined ? { text: t.keys.welcome.phraseUnseen } : {}),
    },
    {
      name: 'drill',
      done: proven !== undefined,
      action: link('drill'),
      ...(proven === undefined ? {} : { text: lastProven(session) }),
    },
    { name: 'lock', done: done.lock !== undefined, action: link('quick-unlock') },
    { name: 'notifications', done: done.notifications !== undefined, action: link('notifications') },
    { name: 'proof', done: done.proof !== undefined, action: link('add-claim') },
    installStep(done.install !== undefined),
  ]
}

const row = ({ name, done, text, action }: Step): TemplateResult => {
  const words = t.keys.welcome.steps[name]
  return html`
    <li class="first-step ${done ? 'done' : ''}">
      <span class="mark">${done ? html`${checkIcon(20)}<span class="visually-hidden">${t.keys.done}</span>` : nothing}</span>
      <div>
        <h2>${words.title}</h2>
        <p class="muted small">${text ?? words.text}</p>
      </div>
      ${done ? nothing : (action ?? nothing)}
    </li>
  `
}

/** What is worth doing after the beginning. Nothing here stops anybody from chatting. */
export const welcomeView = (session: Session): TemplateResult => {
  const account = session.account.value
  const steps = stepsOf(session)
  const done = steps.filter((step) => step.done).length
  return screen({
    id: 'welcome',
    back: { href: linkTo({ name: cameFrom('chats', 'settings') }) },
    body: html`
      <div class="stack tight">
        <h1 tabindex="-1">${t.keys.welcome.title}</h1>
        <p class="muted">${t.keys.welcome.text(`${account?.handle}@${account?.server}`)}</p>
        <p class="muted small">${t.keys.welcome.progress(done, steps.length)}</p>
      </div>
      ${firstQuestion(session)}
      <ul class="first-steps">${steps.map(row)}</ul>
      <div>
        <a class="button primary" href=${linkTo({ name: 'chats' })}>
          ${done === steps.length ? t.keys.welcome.goOn : t.keys.later}
        </a>
      </div>
    `,
  })
}
