import { html, nothing, type TemplateResult } from 'lit-html'
import { fileIn } from '../storage/files.ts'
import type { StoredMessage } from '../storage/message.ts'
import { fileWords } from '../strings/files.ts'
import type { Thread } from '../thread/state.ts'
import { crossIcon, fileIcon, saveIcon } from '../ui/icons.ts'
import { fileName } from './file-name.ts'
import { isShowable } from './image-header.ts'
import { isProgram, splitName } from './name.ts'
import { boxOf, imageIn } from './picture.ts'
import { sizeWords } from './words.ts'

const kindOf = (name: string): string => {
  const ending = splitName(name).extension.slice(1)
  return /^[a-z0-9]{1,8}$/i.test(ending) ? fileWords().kind(ending.toUpperCase()) : fileWords().unknownKind
}

const problem = (thread: Thread, name: string, message: StoredMessage): TemplateResult | typeof nothing => {
  const words = fileWords()
  const state = message.file?.state
  if (state === 'whole') return nothing
  if (state !== undefined) return html`<p class="small file-note">${words.states[state]}</p>`
  const news = thread.files.news(message)
  if (!news) return nothing
  return html`<p class="small file-note">${words.came(news.have, news.n)} ${words.mayCome(name)}</p>`
}

const bar = (have: number, n: number, label: string): TemplateResult =>
  html`<progress class="file-progress" max=${n} .value=${have} aria-label=${label}></progress>`

/** How far it has come, while it is on its way. */
const progress = (thread: Thread, message: StoredMessage, size: number): TemplateResult | typeof nothing => {
  const news = thread.files.news(message)
  if (!news) return nothing
  const words = fileWords()
  const percent = Math.floor((news.have / news.n) * 100)
  if (news.side === 'peer') return bar(news.have, news.n, words.progressCame(percent))
  if (message.delivery?.state !== 'sending') return nothing
  return html`
    ${bar(news.have, news.n, words.progressSent(percent))}
    <div class="file-going">
      <p class="small">${words.sent(sizeWords((size * news.have) / news.n), sizeWords(size))}</p>
      <button class="icon-button" type="button" aria-label=${words.cancel} title=${words.cancel} @click=${() => thread.discard(message)}>${crossIcon(18)}</button>
    </div>
  `
}

const isHere = (message: StoredMessage): boolean =>
  fileIn(message)?.mode === 'inline' || message.file?.state === 'whole'

const card = (thread: Thread, message: StoredMessage, name: string, size: number): TemplateResult => {
  const inside = html`
    ${fileIcon()}
    <span class="file-facts">${fileName(name)}<span class="small">${kindOf(name)} · ${sizeWords(size)}</span></span>
  `
  if (!isHere(message)) return html`<div class="file-card">${inside}</div>`
  return html`
    <button class="file-card" type="button" @click=${() => thread.files.save(message)}><span class="visually-hidden">${fileWords().save} </span>${inside}${saveIcon()}</button>
  `
}

const photo = (thread: Thread, message: StoredMessage, name: string): TemplateResult | undefined => {
  const image = imageIn(message)
  if (!image || !isShowable(image) || !isHere(message) || thread.files.hidden) return undefined
  const { url, broken } = thread.files.thumbnail(message).value
  if (broken) return undefined
  const { width, height } = boxOf(image)
  return html`
    <button class="photo" type="button" aria-label=${`${fileWords().open}: ${name}`} .style=${`width: ${width}px; aspect-ratio: ${width} / ${height}`}
      @click=${() => thread.files.view(message)}>
      ${url === undefined ? nothing : html`<img src=${url} alt="" draggable="false" />`}
    </button>
  `
}

const remark = (thread: Thread, message: StoredMessage, name: string): TemplateResult | typeof nothing => {
  const words = fileWords()
  const image = imageIn(message)
  if (image && !isShowable(image)) return html`<p class="small file-note">${words.tooLargeToShow}</p>`
  if (image && !thread.files.hidden && isHere(message)) return html`<p class="small file-note">${words.notShown}</p>`
  return isProgram(name) ? html`<p class="small file-note warn-text">${words.program}</p>` : nothing
}

/** The file of a message in its bubble; undefined when it has none. `peer` is what the other person is called. */
export const fileContent = (thread: Thread, peer: string, message: StoredMessage): TemplateResult | undefined => {
  const file = fileIn(message)
  if (!file) return undefined
  const picture = photo(thread, message, file.name)
  return html`
    ${picture ?? html`${card(thread, message, file.name, file.size)}${remark(thread, message, file.name)}`}
    ${progress(thread, message, file.size)} ${problem(thread, peer, message)}
  `
}
