import { signal } from '@preact/signals-core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { erase, lock } from '../app/app.ts'
import { chooseLanguageAndRestart, language, languages } from '../app/language.ts'
import { linkTo } from '../app/route.ts'
import { chooseTheme, theme, themes } from '../app/theme.ts'

import { perVisit } from '../app/visit.ts'
import { moveSetting } from '../move/setting.ts'
import { faceSheet, zoomableOwn } from '../profile/zoom.ts'
import { relaysSetting } from '../relays/setting.ts'

import { blockedSetting } from '../requests/blocked-setting.ts'
import type { Session } from '../session/session.ts'
import { t } from '../strings/index.ts'
import { inviteDoor } from '../strings/invite-door.ts'
import { copyButton } from '../ui/copy.ts'
import { lockIcon } from '../ui/icons.ts'
import { screen } from '../ui/screen.ts'
import { installSetting } from './install.ts'
import { drillSetting, keysSetting } from './keys.ts'
import { notificationsSetting } from './notifications.ts'
import { phraseSetting } from './phrase.ts'
import { storageSetting } from './storage.ts'

const isSure = perVisit(() => signal(false))

const ask = (sure: boolean) => (): void => {
  isSure().value = sure
}

const you = (session: Session): TemplateResult | typeof nothing => {
  const account = session.account.value
  if (!account) return nothing
  const full = `${account.handle}@${account.server}`
  return html`
    <section class="card stack">
      <div class="person">
        ${zoomableOwn(session, 64)}
        <div>
          <strong>${full}</strong>
          <span class="muted small">${t.settings.yourKey}</span>
          <p class="key-line">${session.key.primary}</p>
        </div>
      </div>
      <div class="buttons">
        <a class="button" href=${linkTo({ name: 'me' })}>${t.people.me.open}</a>
        <a class="button" href=${linkTo({ name: 'invitations' })}>${inviteDoor()}</a>
        ${copyButton('own-handle', full, t.settings.copyHandle)}
      </div>
    </section>
  `
}

type Choice<Name extends string> = {
  readonly id: string
  readonly title: string
  readonly names: Readonly<Record<Name, string>>
  readonly all: readonly Name[]
  readonly chosen: Name
  readonly choose: (name: Name) => void
}

/** One of a few, side by side. */
const choice = <Name extends string>({ id, title, names, all, chosen, choose }: Choice<Name>): TemplateResult => html`
  <section class="setting">
    <h2 id=${id}>${title}</h2>
    <div class="segmented" role="radiogroup" aria-labelledby=${id}>
      ${all.map(
        (name) => html`
          <label>
            <input type="radio" name=${id} .checked=${chosen === name} @change=${() => choose(name)} />
            ${names[name]}
          </label>
        `,
      )}
    </div>
  </section>
`

const appearance = (): TemplateResult =>
  choice({
    ...{ id: 'appearance', title: t.settings.appearance, names: t.settings.themes },
    ...{ all: themes, chosen: theme.value, choose: chooseTheme },
  })

const languageSetting = (): TemplateResult =>
  choice({
    ...{ id: 'language', title: t.language.title, names: t.language.names },
    ...{ all: languages, chosen: language(), choose: chooseLanguageAndRestart },
  })

const eraseSetting = (): TemplateResult => html`
  <section class="setting">
    <h2>${t.settings.eraseTitle}</h2>
    <p class="muted">${isSure().value ? t.settings.eraseSure : t.settings.eraseText}</p>
    <div class="buttons">
      ${
        isSure().value
          ? html`
              <button class="button danger" type="button" @click=${erase}>${t.settings.eraseYes}</button>
              <button class="button" type="button" @click=${ask(false)}>${t.cancel}</button>
            `
          : html`<button class="button danger" type="button" @click=${ask(true)}>${t.settings.erase}</button>`
      }
    </div>
  </section>
`

export const settingsView = (session: Session): TemplateResult =>
  screen({
    id: 'settings',
    back: { href: linkTo({ name: 'chats' }) },
    body: html`
      <h1 tabindex="-1">${t.settings.title}</h1>
      ${you(session)} ${notificationsSetting(session)} ${appearance()} ${languageSetting()}
      <section class="setting">
        <h2>${t.settings.lockTitle}</h2>
        <p class="muted">${t.settings.lockText}</p>
        <div><button class="button" type="button" @click=${lock}>${lockIcon()}${t.settings.lockNow}</button></div>
      </section>
      ${relaysSetting()} ${blockedSetting(session)} ${keysSetting()} ${phraseSetting()} ${drillSetting(session)} ${moveSetting(session)} ${storageSetting()} ${installSetting()} ${eraseSetting()}
      ${faceSheet(session)}
    `,
  })
