import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import type { Session } from '../session/session.ts'
import { moveWords } from '../strings/move.ts'
import { ago } from '../ui/time.ts'
import { progressOf } from '../welcome/progress.ts'

const old = 90 * 24 * 60 * 60_000

/** When everything was last exported, and the ways to export and import. */
export const moveSetting = (session: Session): TemplateResult => {
  const { setting: words } = moveWords()
  const progress = progressOf(session).value
  const at = progress?.exported_at
  const now = session.now()
  return html`
    <section class="setting">
      <h2>${words.title}</h2>
      <p class="muted">${words.text}</p>
      ${progress ? html`<p>${at === undefined ? words.never : words.last(ago(at, now))}${at !== undefined && now - at > old ? html` ${words.old}` : nothing}</p>` : nothing}
      <div class="buttons">
        <a class="button" href=${linkTo({ name: 'export' })}>${words.export}</a>
        <a class="button" href=${linkTo({ name: 'import' })}>${words.import}</a>
      </div>
    </section>
  `
}
