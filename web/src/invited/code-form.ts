import { IdentityError, readInvitationLink } from '@kez-chat/identity'
import { signal } from '@preact/signals-core'
import { html, type TemplateResult } from 'lit-html'
import { linkTo } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import { inviteWords } from '../strings/invites.ts'
import { spinner } from '../ui/notice.ts'
import { codeIn, keepCode } from './pending.ts'
import { judgeCode, thisServer } from './server.ts'
import { codeTrouble } from './trouble.ts'

const stateOf = perVisit(() => ({ problem: signal(''), working: signal(false) }))

type Read = { readonly code: string; readonly link: string } | { readonly problem: string }

/** What was pasted: a code, or a link of this server with one in it. */
const read = (text: string): Read => {
  const words = inviteWords().code
  try {
    const { origin, invitation } = readInvitationLink(text)
    if (origin !== undefined && origin !== window.location.origin)
      return { problem: words.elsewhere(new URL(origin).host) }
    const code = codeIn(invitation)
    if (code === undefined) return { problem: words.noCode }
    return {
      code,
      link: invitation.kind === 'code' ? linkTo({ name: 'invite', link: `#/join/${code}` }) : new URL(text.trim()).hash,
    }
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    return { problem: words.bad }
  }
}

const enter = async (text: string): Promise<string | undefined> => {
  const entered = read(text)
  if ('problem' in entered) return entered.problem
  const trouble = await judgeCode(thisServer(), entered.code)
  if (trouble !== undefined) return codeTrouble(trouble)
  await keepCode(entered.code, entered.link)
  return undefined
}

/** Where an invitation is entered. `accepted` is called once it is kept, and admits. */
export const codeForm = (accepted: () => void): TemplateResult => {
  const { problem, working } = stateOf()
  const words = inviteWords().code
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const form = event.target
    if (working.value || !(form instanceof HTMLFormElement)) return
    working.value = true
    problem.value = ''
    try {
      const found = await enter(String(new FormData(form).get('invitation') ?? ''))
      if (found === undefined) accepted()
      else {
        problem.value = found
        form.querySelector<HTMLElement>('input')?.focus()
      }
    } finally {
      working.value = false
    }
  }
  return html`
    <form class="stack" novalidate @submit=${submit}>
      <div class="field">
        <label for="invitation">${words.label}</label>
        <input class="input mono" id="invitation" name="invitation" maxlength="600" autocomplete="off" autocapitalize="none"
          spellcheck="false" aria-invalid=${problem.value !== ''} aria-describedby="invitation-problem" data-focus />
        <p class="hint bad" id="invitation-problem" role="alert">${problem.value}</p>
      </div>
      <div>
        <button class="button primary" type="submit" aria-disabled=${working.value}>
          ${working.value ? html`${spinner()}${words.checking}` : words.check}
        </button>
      </div>
    </form>
  `
}
