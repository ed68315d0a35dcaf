import { html, nothing, type TemplateResult } from 'lit-html'
import { isApple } from '../notifications/here.ts'
import { tellingWords } from '../strings/telling.ts'
import { canInstall, install, isInstalled } from '../welcome/install.ts'

/** The way to an app with a window of its own, where the browser has one to offer. */
export const installSetting = (): TemplateResult | typeof nothing => {
  if (isInstalled.value || !(canInstall() || isApple())) return nothing
  const words = tellingWords().install
  return html`
    <section class="setting">
      <h2>${words.title}</h2>
      <p class="muted">${words.text}</p>
      ${
        canInstall()
          ? html`<div><button class="button" type="button" @click=${install}>${words.install}</button></div>`
          : html`<p>${words.apple}</p>`
      }
    </section>
  `
}
