import { html, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import { t } from '../strings/index.ts'
import { keyIcon, lockIcon, serverIcon } from '../ui/icons.ts'

const icons = [lockIcon, keyIcon, serverIcon]

export const landingView = (): TemplateResult => html`
  <div class="page">
    <main class="column" data-screen="landing">
      <div class="hero enter">
        <span class="wordmark" role="img" aria-label="kez">kez</span>
        <div class="stack">
          <h1 tabindex="-1">${t.landing.title}</h1>
          <p class="lead">${t.landing.lead}</p>
        </div>
        <div class="buttons">
          <a class="button primary" href=${linkTo({ name: 'create' })}>${t.landing.create}</a>
          <a class="button" href=${linkTo({ name: 'restore' })}>${t.landing.restore}</a>
        </div>
        <ul class="facts">
          ${t.landing.facts.map(
            ({ title, text }, i) => html`
              <li>
                ${icons[i]?.()}
                <div>
                  <strong>${title}</strong>
                  <p class="muted small">${text}</p>
                </div>
              </li>
            `,
          )}
        </ul>
      </div>
    </main>
  </div>
`
