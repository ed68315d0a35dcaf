import { html, nothing, type TemplateResult } from 'lit-html'
import { moveWords } from '../strings/move.ts'
import { spinner } from '../ui/notice.ts'
import { centerPage, screen } from '../ui/screen.ts'
import type { Problem } from './problem.ts'
import { reportView } from './report.ts'
import { leave, stop, type Work, work } from './work.ts'

const running = ({ what, state, done }: Extract<Work, { done: number }>): TemplateResult => {
  const { work: words } = moveWords()
  const percent = Math.floor(done * 100)
  return centerPage(
    `moving/${what}`,
    html`
      <h1 tabindex="-1">${words[what]}</h1>
      <progress class="progress" max="100" .value=${percent} aria-label=${words[what]}></progress>
      <p class="muted" aria-hidden="true">${percent} %</p>
      <p class="muted">${words.keepOpen}</p>
      <button class="button" type="button" aria-disabled=${state === 'stopping'} @click=${stop}>
        ${state === 'stopping' ? words.stopping : words.stop}
      </button>
    `,
  )
}

const next = (what: Work['what']) => (): Promise<void> => leave({ name: what === 'export' ? 'settings' : 'chats' })

const ended = (what: Work['what'], problem?: Problem): TemplateResult => {
  const { work: words, problems } = moveWords()
  return centerPage(
    `moving/${problem ? 'failed' : 'stopped'}`,
    html`
      <h1 tabindex="-1">${words[`${what}${problem ? 'Failed' : 'Stopped'}`]}</h1>
      ${problem ? html`<p role="alert">${problems[problem]}</p>` : html`<p class="muted">${words[`${what}StoppedText`]}</p>`}
      ${problem && what === 'import' ? html`<p class="muted">${words.kept}</p>` : nothing}
      <button class="button primary" type="button" @click=${next(what)}>${words.back}</button>
    `,
  )
}

/** While the storage is taken: what this tab does with it and what came of it, or that another one has it. */
export const movingView = (here: boolean): TemplateResult => {
  const now = here ? work.value : undefined
  const { work: words } = moveWords()
  if (!now) {
    return centerPage(
      'moving/elsewhere',
      html`${spinner()}<h1 tabindex="-1">${words.elsewhere}</h1><p class="muted" role="status">${words.elsewhereText}</p>`,
    )
  }
  switch (now.state) {
    case 'done':
      return screen({ id: `moving/${now.what}-done`, body: reportView(now, next(now.what)) })
    case 'stopped':
      return ended(now.what)
    case 'failed':
      return ended(now.what, now.problem)
    default:
      return running(now)
  }
}
