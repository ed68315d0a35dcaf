import { html, nothing, type TemplateResult } from 'lit-html'
import { fileWords } from '../strings/files.ts'
import type { Thread } from '../thread/state.ts'

/** Says that a file comes whose message is not here yet: that follows the last of its parts. */
export const comingFiles = (thread: Thread): TemplateResult | typeof nothing => {
  const coming = thread.files.coming()
  const [first] = coming
  if (!first) return nothing
  const words = fileWords()
  const [have, n] = [coming.reduce((sum, file) => sum + file.have, 0), coming.reduce((sum, file) => sum + file.n, 0)]
  return html`
    <div class="coming">
      <p class="small muted" role="status">${coming.length === 1 ? words.coming : words.comingMany(coming.length)}</p>
      <progress class="file-progress" max=${n} .value=${have} aria-label=${words.progressCame(Math.floor((have / n) * 100))}></progress>
    </div>
  `
}
