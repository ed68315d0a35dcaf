import type { HistorySummary, Problem } from '@kez-chat/export-file'
import { html, nothing, type TemplateResult } from 'lit-html'
import { locale } from '../strings/index.ts'
import { moveWords } from '../strings/move.ts'
import { copyButton } from '../ui/copy.ts'
import { notice } from '../ui/notice.ts'
import type { ImportReport, LeftOut } from './read-export.ts'
import type { Work } from './work.ts'
import type { ExportReport } from './write-export.ts'

const size = (bytes: number): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }).format(
    Math.max(0.1, bytes / 1_000_000),
  )

const history = ({ conversations, messages, sha256 }: HistorySummary): TemplateResult => {
  const { report: words } = moveWords()
  return html`
    <section class="card stack">
      <dl class="figures">
        <div><dt>${words.conversations}</dt><dd>${conversations}</dd></div>
        <div><dt>${words.messages}</dt><dd>${messages}</dd></div>
      </dl>
      <div>
        <h2 class="label">${words.hash}</h2>
        <p class="key-line">${sha256}</p>
      </div>
      <div>${copyButton('history-hash', sha256, words.copy)}</div>
    </section>
  `
}

const ofFile = (problem: Problem): string => {
  const { report: words } = moveWords()
  switch (problem.code) {
    case 'damaged':
    case 'unreadable':
      return words.damaged(problem.index)
    case 'missing':
      return words.missing(problem.from, problem.to)
    default:
      return words[problem.code]
  }
}

const leftOutWords = (entry: LeftOut): string => {
  const { report: words } = moveWords()
  if (entry.type === 'file') return ofFile(entry.problem)
  return words.record(entry.index, entry.kind, words.reasons[entry.reason] ?? entry.reason)
}

const list = (lines: readonly string[], more = 0): TemplateResult | typeof nothing => {
  const { report: words } = moveWords()
  if (lines.length === 0) return nothing
  return notice(
    'warn',
    html`
      <strong>${words.leftOut}</strong>
      <ul class="left-out">${lines.map((line) => html`<li>${line}</li>`)}</ul>
      ${more > 0 ? html`<p>${words.more(more)}</p>` : nothing}
    `,
  )
}

const exported = (report: ExportReport, name: string): TemplateResult => {
  const { report: words } = moveWords()
  const { tally, bytes, leftOut } = report
  return html`
    <div class="stack tight">
      <h1 tabindex="-1">${leftOut.size === 0 ? words.exported : words.exportedExcept}</h1>
      <p class="muted">${words.saved(name, size(bytes))}</p>
    </div>
    ${list([...leftOut].map(([kind, count]) => words.unread(kind, count)))}
    ${history(tally.history)}
    <p class="muted">${words.hashText}</p>
  `
}

const imported = ({ kinds, leftOut, more, whole, file, here, pending }: ImportReport): TemplateResult => {
  const { report: words } = moveWords()
  const { fresh = 0, known = 0 } = kinds.get('message') ?? {}
  return html`
    <div class="stack tight">
      <h1 tabindex="-1">${whole && leftOut.length === 0 ? words.imported : words.importedExcept}</h1>
      <p class="muted">${words.fresh(fresh)} ${known > 0 ? words.known(known) : nothing}</p>
      ${pending > 0 ? html`<p>${words.pending(pending)}</p>` : nothing}
    </div>
    ${list(leftOut.map(leftOutWords), more)}
    ${history(here)}
    <p class="muted">${file.sha256 === here.sha256 ? words.same : words.differs(`${file.sha256.slice(0, 8)}…`)}</p>
  `
}

/** What came of an export or an import, counted and hashed, and what was left out. */
export const reportView = (done: Extract<Work, { state: 'done' }>, goOn: () => void): TemplateResult => html`
  ${done.what === 'export' ? exported(done.report, done.name) : imported(done.report)}
  <div><button class="button primary" type="button" @click=${goOn}>${moveWords().work.back}</button></div>
`
