import { html, nothing, type TemplateResult } from 'lit-html'
import type { Connection } from '../session/connection.ts'
import { t } from '../strings/index.ts'
import { notice } from '../ui/notice.ts'

/** What waiting will not cure. */
export const connectionProblem = ({ problem }: Connection): TemplateResult | typeof nothing =>
  problem === undefined
    ? nothing
    : html`<div class="list-foot">${notice('bad', t.connection.problems[problem] ?? t.connection.otherProblem(problem))}</div>`
